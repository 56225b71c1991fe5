"""National numbers of western and southern Europe."""

from typing import Final

from agents.guardrails.checksums import luhn, mod11_10, weighted
from agents.guardrails.national_ids.kind import NationalId, is_date

_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_PPS_LETTERS: Final = "WABCDEFGHIJKLMNOPQRSTUV"
_NIR_MONTHS: Final = (*range(1, 13), 20, *range(30, 43))
"""INSEE: those above twelve are for people whose month of birth is not known."""
_ODD: Final = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10,
        22, 25, 24, 23,
    ), strict=True)
)  # fmt: skip
"""Values of characters at odd places of a codice fiscale (decree of 23 December 1976)."""


def is_nino(text: str) -> bool:
    """HMRC NIM39110: letters that are not used, prefixes that are not given out (ZZ is, for a while)."""
    prefix = text[:2]
    return (
        not set(prefix) & set("DFIQUV") and prefix[1] != "O" and text[8] in "ABCD"
        and prefix not in ("BG", "GB", "KN", "NK", "NT", "TN")
    )  # fmt: skip


def is_nhs(digits: str) -> bool:
    """NHS Data Dictionary: modulo 11 over weights 10 to 2."""
    return -weighted(digits, range(10, 1, -1)) % 11 == int(digits[9])


def is_pps(text: str) -> bool:
    """Irish PPS number: modulo 23, a second letter counting nine times."""
    second = ord(text[8]) - ord("A") + 1 if len(text) > 8 and text[8] != "W" else 0  # noqa: PLR2004 - its 9th character
    return text[7] == _PPS_LETTERS[(weighted(text, range(8, 1, -1)) + 9 * second) % 23]


def is_steuer_id(digits: str) -> bool:
    """Bundeszentralamt für Steuern: one digit twice or thrice among the first ten, MOD 11,10 over all."""
    return digits[0] != "0" and len(set(digits[:10])) in (8, 9) and mod11_10(digits)


def is_german_insurance(text: str) -> bool:
    """VKVV § 4: the digits' sums of products, the letter as its place in the alphabet."""
    digits = f"{text[:8]}{ord(text[8]) - ord('A') + 1:02}{text[9:11]}"
    products = (int(digit) * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return is_date(text[4:6], "01") and sum(product // 10 + product % 10 for product in products) % 10 == int(text[11])


def is_nir(text: str) -> bool:
    """INSEE: sex, month, and a key that is 97 less the remainder; Corsica's letters count as 19 and 18."""
    number = text[:13].replace("2A", "19").replace("2B", "18")
    if not (number.isdigit() and text[13:].isdigit() and text[0] in "12" and int(number[3:5]) in _NIR_MONTHS):
        return False
    return 97 - int(number) % 97 == int(text[13:])


def is_dni(text: str) -> bool:
    """DNI and NIE of Spain: a letter for the remainder by 23, X, Y and Z counting as 0, 1 and 2."""
    return (
        text[-1] == _DNI_LETTERS[int(text[:-1].translate({88: "0", 89: "1", 90: "2"})) % 23]
        if text[1:-1].isdigit() and text[0] in "0123456789XYZ"
        else False
    )


def is_codice_fiscale(text: str) -> bool:
    """Decree of 23 December 1976: a letter for the month, and one for the sum of two tables."""
    even = sum(int(char, 36) - (0 if char.isdigit() else 10) for char in text[1:15:2])
    odd = sum(_ODD[char] for char in text[0:15:2])
    return text[8] in "ABCDEHLMPRST" and text[15] == chr(ord("A") + (even + odd) % 26)


def is_nif(digits: str) -> bool:
    """Portuguese NIF of a person: modulo 11, begins with 1, 2, 3 or 45."""
    check = -weighted(digits, range(9, 1, -1)) % 11
    return (digits[0] in "123" or digits[:2] == "45") and int(digits[8]) == (check if check < 10 else 0)  # noqa: PLR2004 - base ten


def is_bsn(digits: str) -> bool:
    """Dutch eleven test: weights 9 to 2, and -1 for the last."""
    return int(digits) > 0 and weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def is_rijksregister(digits: str) -> bool:
    """Belgian national register: a date, and 97 less the remainder; a 2 in front for those born since 2000."""
    keys = (97 - int(digits[:9]) % 97, 97 - int(f"2{digits[:9]}") % 97)
    return is_date(digits[2:4], digits[4:6]) and int(digits[9:]) in keys


def is_ahv(digits: str) -> bool:
    """Swiss AHV number: 756, and the check digit of an EAN-13."""
    return digits.startswith("756") and weighted(digits, (1, 3) * 6 + (1,)) % 10 == 0


def is_svnr(digits: str) -> bool:
    """Austrian social insurance: a date of birth at the end, the fourth digit modulo 11."""
    check = weighted(digits, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11
    return digits[0] != "0" and is_date(digits[6:8], digits[4:6]) and check == int(digits[3])


def is_amka(digits: str) -> bool:
    """Greek AMKA: a date of birth and a Luhn digit."""
    return is_date(digits[2:4], digits[:2]) and luhn(digits)


WEST_EUROPEAN: Final = (
    NationalId(
        "UK national insurance number",
        "GB",
        is_nino,
        "nino national_insurance ni_number insurance_number",
        sure=("AA 99 99 99 A", "AA-99-99-99-A", "AA 999999 A"),
        unsure=("AA999999A", "AA 999999A"),
    ),
    NationalId("UK NHS number", "GB", is_nhs, "nhs", unsure=("999 999 9999", "999-999-9999", "9999999999")),
    NationalId("Irish PPS number", "IE", is_pps, "pps ppsn personal_public_service", unsure=("9999999A", "9999999AA")),
    NationalId(
        "German tax number",
        "DE",
        is_steuer_id,
        "steuer* idnr tin tax_id identifikationsnummer",
        sure=("99 999 999 999",),
        unsure=("99999999999",),
    ),
    NationalId(
        "German social insurance number",
        "DE",
        is_german_insurance,
        "sozialversicherung* rentenversicherung* sv-nummer",
        sure=("99 999999 A 999", "99999999A999"),
    ),
    NationalId(
        "French NIR",
        "FR",
        is_nir,
        "nir sécurité_sociale insee numéro_de_sécu",
        sure=(
            "9 99 99 99 999 999 99",
            "999999999999999",
            "9999999999999 99",
            "9 99 99 9A 999 999 99",
            "999999A99999999",
        ),
    ),
    NationalId(
        "Spanish DNI or NIE",
        "ES",
        is_dni,
        "dni nie nif documento",
        sure=("99999999A", "99999999-A", "A9999999A", "A-9999999-A", "99.999.999-A"),
    ),
    NationalId(
        "Italian codice fiscale",
        "IT",
        is_codice_fiscale,
        "codice_fiscale cf",
        sure=("AAAAAA99A99A999A", "AAA AAA 99A99 A999A"),
    ),
    NationalId("Portuguese NIF", "PT", is_nif, "nif contribuinte", unsure=("999999999", "999 999 999")),
    NationalId(
        "Dutch BSN",
        "NL",
        is_bsn,
        "bsn burgerservice* sofi*",
        unsure=("999999999", "9999.99.999", "9999 99 999", "999 999 999"),
    ),
    NationalId(
        "Belgian national number",
        "BE",
        is_rijksregister,
        "rijksregister* registre_national nationaal_nummer",
        sure=("99.99.99-999.99", "99 99 99 999 99"),
        unsure=("99999999999",),
    ),
    NationalId(
        "Swiss AHV number", "CH", is_ahv, "ahv avs", sure=("999.9999.9999.99", "9999999999999", "999 9999 9999 99")
    ),
    NationalId(
        "Austrian social insurance number",
        "AT",
        is_svnr,
        "svnr sozialversicherung* versicherungsnummer",
        unsure=("9999 999999", "9999999999", "9999-999999"),
    ),
    NationalId("Greek AMKA", "GR", is_amka, "amka αμκα", unsure=("99999999999",)),
)
"""Britain, Ireland, Germany, France, Spain, Italy, Portugal, the Netherlands, Belgium, Switzerland, Austria, Greece."""
