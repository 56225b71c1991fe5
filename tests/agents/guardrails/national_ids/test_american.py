import pytest

from agents.guardrails.national_ids.american import is_cpf, is_cuil, is_curp, is_itin, is_rut, is_sin, is_ssn

CHECKED = [
    (is_cpf, "52998224725"),
    (is_sin, "046454286"),
    (is_curp, "BOXW310820HNERXN09"),
    (is_cuil, "20123456786"),
    (is_rut, "123456785"),
]


@pytest.mark.parametrize(("check", "number"), CHECKED)
def test_a_known_number_holds_and_no_other_last_digit_does(check, number):
    assert [digit for digit in "0123456789" if check(number[:-1] + digit)] == [number[-1]]


@pytest.mark.parametrize("number", ["000121234", "666121234", "912121234", "123001234", "123120000", "123456789"])
def test_numbers_that_social_security_does_not_give_out_are_none(number):
    assert not is_ssn(number)


def test_numbers_of_taxpayers_begin_with_nine():
    assert is_itin("912701234")
    assert not is_itin("912491234")
    assert not is_itin("812701234")


def test_a_remainder_of_ten_is_a_k():
    assert is_rut("6K")
    assert not is_rut("7K")
