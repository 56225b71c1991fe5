import string

import pytest

from agents.guardrails.national_ids import west_european as west

CHECKED = [
    (west.is_nhs, "9434765919"),
    (west.is_steuer_id, "86095742719"),
    (west.is_german_insurance, "65170839J003"),
    (west.is_nif, "123456789"),
    (west.is_bsn, "111222333"),
    (west.is_ahv, "7569217076985"),
    (west.is_rijksregister, "85073003328"),
    (west.is_nir, "255081416802538"),
    (west.is_amka, "01013099997"),
]
LETTERED = [
    (west.is_dni, "12345678Z"),
    (west.is_dni, "X1234567L"),
    (west.is_codice_fiscale, "RSSMRA85T10A562S"),
    (west.is_pps, "1234567T"),
]


@pytest.mark.parametrize(("check", "number"), CHECKED)
def test_a_known_number_holds_and_no_other_last_digit_does(check, number):
    assert [digit for digit in "0123456789" if check(number[:-1] + digit)] == [number[-1]]


@pytest.mark.parametrize(("check", "number"), LETTERED)
def test_a_known_number_holds_and_no_other_last_letter_does(check, number):
    assert [letter for letter in string.ascii_uppercase if check(number[:-1] + letter)] == [number[-1]]


@pytest.mark.parametrize("number", ["QQ123456C", "GB123456A", "AO123456A", "AB123456E"])
def test_prefixes_that_are_not_given_out_are_no_national_insurance(number):
    assert not west.is_nino(number)
    assert west.is_nino("AB123456C")


def test_corsica_counts_as_a_number():
    key = 97 - int("1550919168025") % 97
    assert west.is_nir(f"155092A168025{key:02}")
    assert not west.is_nir(f"155092B168025{key:02}")


def test_an_austrian_number_ends_in_a_date():
    assert west.is_svnr("1237010180")
    assert not west.is_svnr("1237011380")
