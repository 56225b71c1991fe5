"""National numbers of Asia, Africa and Oceania."""

from typing import Final

from agents.guardrails.checksums import luhn, verhoeff, weighted
from agents.guardrails.national_ids.kind import NationalId, is_date

_TAIWAN: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""In the order of their numbers, from 10."""
_SINGAPORE: Final = {"S": "JZIHGFEDCBA", "T": "GFEDCBAJZIH", "F": "XWUTRQPNMLK", "G": "RQPNMLKXWUT", "M": "XWUTRQPNJLK"}
_OFFSETS: Final = {"T": 4, "G": 4, "M": 3}
_TEN: Final = 10
_ELEVEN: Final = 11


def is_aadhaar(digits: str) -> bool:
    """UIDAI: Verhoeff's check digit, none begins with 0 or 1, and none reads the same backwards."""
    return digits[0] not in "01" and digits != digits[::-1] and verhoeff(digits)


def is_pan(text: str) -> bool:
    """Income Tax Department, India: the fourth letter says what kind of holder, P for a person."""
    return text[3] == "P"


def is_chinese(text: str) -> bool:
    """GB 11643-1999: region, date, and ISO 7064 MOD 11-2, ten written as X."""
    total = weighted(text, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
    return (
        text[0] in "1234568"
        and text[6:8] in ("18", "19", "20")
        and is_date(text[10:12], text[12:14])
        and text[17] == "10X98765432"[total % 11]
    )


def is_taiwanese(text: str) -> bool:
    """Household registration, Taiwan: the letter as two digits, weights 1, 9 to 1, 1."""
    code = 10 + _TAIWAN.index(text[0])
    return text[1] in "1289" and weighted(f"{code}{text[1:]}", (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def is_hong_kong(text: str) -> bool:
    """Immigration Department, Hong Kong: letters from 10, a missing first one as 36, modulo 11."""
    padded = text.rjust(9)
    values = [36 if char == " " else int(char, 36) for char in padded[:8]]
    check = -sum(value * (9 - at) for at, value in enumerate(values)) % 11
    return text[-1] == "0123456789A"[check]


def is_korean(digits: str) -> bool:
    """Resident registration, Korea: a date and a digit for century and sex; the check digit is given up since 2020."""
    return is_date(digits[2:4], digits[4:6]) and digits[6] in "12345678"


def is_my_number(digits: str) -> bool:
    """Ministry ordinance 85 of 2014, Japan: weights 6 to 2 and 7 to 2, modulo 11."""
    remainder = weighted(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def is_nric(text: str) -> bool:
    """Singapore NRIC and FIN: weights 2, 7, 6, 5, 4, 3, 2, and a letter by series."""
    if text[0] not in _SINGAPORE:
        return False
    total = weighted(text[1:], (2, 7, 6, 5, 4, 3, 2)) + _OFFSETS.get(text[0], 0)
    return text[8] == _SINGAPORE[text[0]][total % 11]


def is_thai(digits: str) -> bool:
    """Department of Provincial Administration, Thailand: weights 13 to 2, modulo 11."""
    return digits[0] not in "09" and (11 - weighted(digits, range(13, 1, -1)) % 11) % 10 == int(digits[12])


def is_mykad(digits: str) -> bool:
    """Malaysian identity card: a date, and a place of birth."""
    return is_date(digits[2:4], digits[4:6]) and digits[6:8] not in (
        "00",
        "17",
        "18",
        "19",
        "20",
        "69",
        "70",
        "73",
        "80",
        "81",
    )


def is_nik(digits: str) -> bool:
    """Indonesian NIK: a province, and a date with 40 added to a woman's day."""
    return "11" <= digits[:2] <= "96" and is_date(digits[8:10], f"{int(digits[6:8]) % 40:02}")


def is_cnic(digits: str) -> bool:
    """Pakistani CNIC: a province."""
    return digits[0] in "1234567"


def is_turkish(digits: str) -> bool:
    """Turkish identity number: two check digits over sums of odd and even places."""
    odd, even = (sum(int(digit) for digit in digits[at:9:2]) for at in (0, 1))
    tenth = (7 * odd - even) % 10
    return digits[0] != "0" and digits[9:] == f"{tenth}{(odd + even + tenth) % 10}"


def is_israeli(digits: str) -> bool:
    """Israeli identity number: a Luhn digit."""
    return int(digits) > 0 and luhn(digits)


def is_emirates(digits: str) -> bool:
    """Emirates ID: 784 and a year of birth; its last digit isn't a Luhn digit on every card."""
    return digits.startswith("784") and digits[3:5] in ("19", "20")


def is_south_african(digits: str) -> bool:
    """Department of Home Affairs, South Africa: a date, citizenship, and a Luhn digit."""
    return is_date(digits[2:4], digits[4:6]) and digits[10] in "012" and luhn(digits)


def is_egyptian(digits: str) -> bool:
    """Egyptian national number: a century, a date, a governorate."""
    return digits[0] in "23" and is_date(digits[3:5], digits[5:7])


def is_tfn(digits: str) -> bool:
    """Australian tax file number: weights modulo 11."""
    return int(digits) > 0 and weighted(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def is_medicare(digits: str) -> bool:
    """Australian Medicare card: begins with 2 to 6, the ninth digit modulo 10."""
    return digits[0] in "23456" and weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(digits[8])


ASIAN_AND_SOUTHERN: Final = (
    NationalId(
        "Indian Aadhaar number",
        "IN",
        is_aadhaar,
        "aadhaar aadhar uidai uid आधार",
        sure=("9999 9999 9999",),
        unsure=("999999999999", "9999-9999-9999"),
    ),
    NationalId("Indian PAN", "IN", is_pan, "pan permanent_account income_tax", sure=("AAAAA9999A",)),
    NationalId(
        "Chinese resident identity number",
        "CN",
        is_chinese,
        "身份证 resident_identity",
        sure=("999999999999999999", "99999999999999999A"),
    ),
    NationalId("Taiwanese identity number", "TW", is_taiwanese, "身分證 身份證 identity_card", sure=("A999999999",)),
    NationalId(
        "Hong Kong identity card number",
        "HK",
        is_hong_kong,
        "hkid 身份證 identity_card",
        sure=("A999999(9)", "A999999(A)", "AA999999(9)", "AA999999(A)"),
        unsure=("A9999999", "A999999A"),
    ),
    NationalId(
        "Korean resident registration number",
        "KR",
        is_korean,
        "주민등록번호 주민번호 resident_registration",
        sure=("999999-9999999",),
        unsure=("9999999999999",),
    ),
    NationalId(
        "Japanese My Number",
        "JP",
        is_my_number,
        "マイナンバー 個人番号 my_number individual_number",
        unsure=("999999999999", "9999 9999 9999", "9999-9999-9999"),
    ),
    NationalId("Singaporean NRIC or FIN", "SG", is_nric, "nric fin identity_card", sure=("A9999999A",)),
    NationalId(
        "Thai identity number",
        "TH",
        is_thai,
        "บัตรประชาชน thai_id citizen_id",
        sure=("9-9999-99999-99-9", "9 9999 99999 99 9"),
        unsure=("9999999999999",),
    ),
    NationalId(
        "Malaysian identity card number",
        "MY",
        is_mykad,
        "mykad nric kad_pengenalan ic",
        sure=("999999-99-9999",),
        unsure=("999999999999",),
    ),
    NationalId("Indonesian NIK", "ID", is_nik, "nik ktp", unsure=("9999999999999999",)),
    NationalId("Pakistani CNIC", "PK", is_cnic, "cnic nadra", sure=("99999-9999999-9",), unsure=("9999999999999",)),
    NationalId("Turkish identity number", "TR", is_turkish, "tc_kimlik t.c. tckn kimlik", unsure=("99999999999",)),
    NationalId(
        "Israeli identity number", "IL", is_israeli, "teudat_zehut תעודת_זהות ת.ז", unsure=("999999999", "99999999-9")
    ),
    NationalId(
        "Emirates ID", "AE", is_emirates, "emirates_id", sure=("999-9999-9999999-9",), unsure=("999999999999999",)
    ),
    NationalId(
        "South African identity number",
        "ZA",
        is_south_african,
        "sa_id rsa_id south_african_id identity_number id_number",
        unsure=("9999999999999", "999999 9999 999", "999999 9999 99 9"),
    ),
    NationalId("Egyptian national number", "EG", is_egyptian, "الرقم_القومي national_id", unsure=("99999999999999",)),
    NationalId(
        "Australian tax file number", "AU", is_tfn, "tfn tax_file", unsure=("999 999 999", "999999999", "999-999-999")
    ),
    NationalId("Australian Medicare number", "AU", is_medicare, "medicare", unsure=("9999 99999 9", "9999999999")),
)
"""India, China, Taiwan, Hong Kong, Korea, Japan, Singapore, Thailand, Malaysia, Indonesia, Pakistan, Turkey, Israel,
the Emirates, South Africa, Egypt, Australia."""
