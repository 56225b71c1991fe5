"""National numbers of northern and eastern Europe."""

from typing import Final

from agents.guardrails.checksums import luhn, mod11_10, weighted
from agents.guardrails.national_ids.kind import MONTHS, NationalId, is_date

_HETU: Final = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_TEN: Final = 10


def is_personnummer(digits: str) -> bool:
    """Skatteverket SKV 704: a date, 60 added to a co-ordination number's day, and a Luhn digit over the last ten."""
    short = digits[-10:]
    day = int(short[4:6])
    return is_date(short[2:4], f"{day - 60 if day > 60 else day:02}") and luhn(short)  # noqa: PLR2004 - samordningsnummer


def is_fodselsnummer(digits: str) -> bool:
    """Skatteetaten: a date, 40 added to a D-number's day, and two check digits modulo 11."""
    day = int(digits[:2])
    first = -weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    second = -weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return is_date(digits[2:4], f"{day % 40:02}") and digits[9:] == f"{first}{second}"


def is_cpr(digits: str) -> bool:
    """Danish CPR: a date; its check digit is given up since 2007."""
    return is_date(digits[2:4], digits[:2])


def is_hetu(text: str) -> bool:
    """Digi- ja väestötietovirasto: a date, and one of 31 characters for the remainder."""
    digits = text[:6] + text[-4:-1]
    return digits.isdigit() and is_date(text[2:4], text[:2]) and text[-1] == _HETU[int(digits) % 31]


def is_kennitala(digits: str) -> bool:
    """Icelandic kennitala: a date, modulo 11, and the century's digit last."""
    check = -weighted(digits, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return is_date(digits[2:4], digits[:2]) and check == int(digits[8]) and digits[9] in "890"


def is_isikukood(digits: str) -> bool:
    """Estonian and Lithuanian personal code: a date, and modulo 11 in two rounds of weights."""
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)):
        check = weighted(digits, weights) % 11
        if check < _TEN:
            break
    return digits[0] in "123456" and is_date(digits[3:5], digits[5:7]) and check % _TEN == int(digits[10])


def is_pesel(digits: str) -> bool:
    """Polish PESEL: a date with the century added to the month, and weights 1, 3, 7, 9."""
    month = int(digits[2:4]) % 20
    return is_date(f"{month:02}", digits[4:6]) and -weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10 == int(
        digits[10]
    )


def is_rodne_cislo(digits: str) -> bool:
    """Czech and Slovak birth number: a date, 50 added to a woman's month, all of it a multiple of 11."""
    month = int(digits[2:4]) % 50
    return (
        is_date(f"{month if month <= MONTHS else month - 20:02}", digits[4:6]) and int(digits) % 11 == 0
        if month
        else False
    )


def is_cnp(digits: str) -> bool:
    """Romanian CNP: a date, and weights 279146358279 modulo 11."""
    check = weighted(digits, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return digits[0] != "0" and is_date(digits[3:5], digits[5:7]) and (1 if check == _TEN else check) == int(digits[12])


def is_egn(digits: str) -> bool:
    """Bulgarian EGN: a date with the century added to the month, and weights modulo 11."""
    month = int(digits[2:4]) % 20
    check = weighted(digits, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10
    return is_date(f"{month:02}", digits[4:6]) and check == int(digits[9])


def is_snils(digits: str) -> bool:
    """Russian SNILS: weights 9 to 1, modulo 101, and then 100."""
    return weighted(digits, range(9, 0, -1)) % 101 % 100 == int(digits[9:])


def is_inn(digits: str) -> bool:
    """Russian INN of a person: two check digits."""
    first = weighted(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    second = weighted(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return digits[10:] == f"{first}{second}"


def is_rnokpp(digits: str) -> bool:
    """Ukrainian taxpayer number: weights modulo 11."""
    return weighted(digits, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(digits[9])


def is_latvian(digits: str) -> bool:
    """Latvian personal code: a date and weights modulo 11, or 32 in front since 2017."""
    check = (1101 - weighted(digits, (1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11 % 10
    return digits.startswith("32") or (is_date(digits[2:4], digits[:2]) and check == int(digits[10]))


def is_jmbg(digits: str) -> bool:
    """Personal number of the states of former Yugoslavia: a date, and weights 7 to 2 twice, modulo 11."""
    check = -weighted(digits, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return digits[4] in "09" and is_date(digits[2:4], digits[:2]) and (check % _TEN) == int(digits[12])


def is_hungarian(digits: str) -> bool:
    """Hungarian personal number: sex and century, a date, and weights 1 to 10 or 10 to 1, modulo 11."""
    sums = (weighted(digits, range(1, 11)) % 11, weighted(digits, range(10, 0, -1)) % 11)
    return digits[0] in "12345678" and is_date(digits[3:5], digits[5:7]) and int(digits[10]) in sums


NORTH_AND_EAST_EUROPEAN: Final = (
    NationalId(
        "Swedish personnummer",
        "SE",
        is_personnummer,
        "personnummer pnr personal_identity_number",
        sure=("999999-9999", "99999999-9999", "999999+9999"),
        unsure=("9999999999", "999999999999"),
    ),
    NationalId(
        "Norwegian fødselsnummer",
        "NO",
        is_fodselsnummer,
        "fødselsnummer personnummer d-nummer",
        sure=("99999999999", "999999 99999"),
    ),
    NationalId("Danish CPR number", "DK", is_cpr, "cpr cpr-nummer personnummer", unsure=("999999-9999", "9999999999")),
    NationalId(
        "Finnish HETU",
        "FI",
        is_hetu,
        "hetu henkilötunnus personbeteckning",
        sure=("999999-999A", "999999-9999", "999999A999A", "999999A9999", "999999+999A", "999999+9999"),
    ),
    NationalId(
        "Icelandic kennitala", "IS", is_kennitala, "kennitala kt", sure=("999999-9999",), unsure=("9999999999",)
    ),
    NationalId(
        "Estonian or Lithuanian personal code",
        "EE",
        is_isikukood,
        "isikukood asmens_kodas personal_code",
        unsure=("99999999999",),
    ),
    NationalId("Polish PESEL", "PL", is_pesel, "pesel", unsure=("99999999999",)),
    NationalId(
        "Czech or Slovak birth number",
        "CZ",
        is_rodne_cislo,
        "rodné_číslo rodného_čísla rč rc birth_number",
        sure=("999999/9999",),
        unsure=("9999999999",),
    ),
    NationalId("Romanian CNP", "RO", is_cnp, "cnp cod_numeric", unsure=("9999999999999",)),
    NationalId("Latvian personal code", "LV", is_latvian, "personas_kods personal_code", sure=("999999-99999",)),
    NationalId("Croatian OIB", "HR", mod11_10, "oib osobni_identifikacijski", unsure=("99999999999",)),
    NationalId("JMBG or EMŠO", "RS", is_jmbg, "jmbg emšo emso matični_broj", unsure=("9999999999999",)),
    NationalId(
        "Hungarian personal number",
        "HU",
        is_hungarian,
        "személyi_szám személyi_azonosító",
        sure=("9-999999-9999", "9 999999 9999"),
        unsure=("99999999999",),
    ),
    NationalId("Bulgarian EGN", "BG", is_egn, "egn егн", unsure=("9999999999",)),
    NationalId(
        "Russian SNILS",
        "RU",
        is_snils,
        "snils снилс",
        sure=("999-999-999 99",),
        unsure=("99999999999", "999-999-999-99"),
    ),
    NationalId("Russian INN", "RU", is_inn, "inn инн", unsure=("999999999999",)),
    NationalId("Ukrainian taxpayer number", "UA", is_rnokpp, "rnokpp рнокпп іпн", unsure=("9999999999",)),
)
"""Sweden, Norway, Denmark, Finland, Iceland, Estonia, Lithuania, Poland, Czechia, Slovakia, Romania, Bulgaria, Russia,
Ukraine, Latvia, Croatia, Serbia and its neighbours, Hungary."""
