"""National numbers of the Americas."""

from typing import Final

from agents.guardrails.checksums import luhn, weighted
from agents.guardrails.national_ids.kind import NationalId, is_date


def is_ssn(digits: str) -> bool:
    """Social Security Administration: no area 000, 666 or 9xx, no group 00, no serial 0000; samples do not count."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000":
        return False
    return digits != "123456789" and len(set(digits)) > 1


def is_itin(digits: str) -> bool:
    """Internal Revenue Service: begins with 9, the group between 50 and 99 but for 89 and 93."""
    return digits[0] == "9" and digits[3] >= "5" and digits[3:5] not in ("66", "67", "68", "69", "89", "93")


def is_sin(digits: str) -> bool:
    """Social insurance number of Canada: a Luhn digit, and none begins with 8."""
    return digits[0] != "8" and luhn(digits)


def is_cpf(digits: str) -> bool:
    """Receita Federal: two check digits, each a sum modulo 11 over all before it."""
    if len(set(digits)) == 1:
        return False
    first = weighted(digits, range(10, 1, -1)) * 10 % 11 % 10
    second = weighted(digits, range(11, 1, -1)) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}"


def is_curp(text: str) -> bool:
    """RENAPO: a date of birth, H or M, and a check digit over positions weighted from 18 down."""
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(alphabet.index(char) * (18 - at) for at, char in enumerate(text[:17]))
    return is_date(text[6:8], text[8:10]) and text[10] in "HMX" and text[17] == str(-total % 10)


def is_cuil(digits: str) -> bool:
    """ANSES, Argentina: a prefix for people, and a check digit modulo 11."""
    check = -weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return digits[:2] in ("20", "23", "24", "27") and digits[10] == str(check % 10)


def is_rut(text: str) -> bool:
    """Registro Civil, Chile: modulo 11 over weights 2 to 7 from the right, ten written as K."""
    total = sum(int(digit) * (2 + at % 6) for at, digit in enumerate(reversed(text[:-1])))
    return text[-1] == "0123456789K0"[-total % 11]


AMERICAN: Final = (
    NationalId(
        "US social security number",
        "US",
        is_ssn,
        "ssn ssns social_security social_insurance",
        sure=("999-99-9999",),
        unsure=("999999999", "999 99 9999", "999.99.9999"),
    ),
    NationalId(
        "US individual taxpayer number",
        "US",
        is_itin,
        "itin taxpayer tax_id",
        unsure=("999-99-9999", "999999999"),
    ),
    NationalId(
        "Canadian social insurance number",
        "CA",
        is_sin,
        "sin nas social_insurance assurance_sociale",
        unsure=("999-999-999", "999 999 999", "999999999"),
    ),
    NationalId(
        "Brazilian CPF", "BR", is_cpf, "cpf cadastro", sure=("999.999.999-99",), unsure=("99999999999", "999999999-99")
    ),
    NationalId("Mexican CURP", "MX", is_curp, "curp clave_única", sure=("AAAA999999AAAAAA99", "AAAA999999AAAAAAA9")),
    NationalId(
        "Mexican NSS", "MX", luhn, "nss imss seguridad_social seguro_social", unsure=("99999999999", "99-99-99-9999-9")
    ),
    NationalId("Argentine CUIL", "AR", is_cuil, "cuil cuit", sure=("99-99999999-9",), unsure=("99999999999",)),
    NationalId(
        "Chilean RUT",
        "CL",
        is_rut,
        "rut run rol_único cédula",
        sure=("99.999.999-9", "99.999.999-A", "9.999.999-9", "9.999.999-A"),
        unsure=("99999999-9", "99999999-A", "9999999-9", "9999999-A"),
    ),
)
"""United States, Canada, Brazil, Mexico, Argentina, Chile."""
