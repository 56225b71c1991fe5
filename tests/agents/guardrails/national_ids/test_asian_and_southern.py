import pytest

from agents.guardrails.national_ids import asian_and_southern as south

CHECKED = [
    (south.is_aadhaar, "234123412346"),
    (south.is_taiwanese, "A123456789"),
    (south.is_my_number, "123456789018"),
    (south.is_thai, "1234567890121"),
    (south.is_turkish, "10000000146"),
    (south.is_israeli, "123456782"),
    (south.is_south_african, "8001015009087"),
    (south.is_tfn, "123456782"),
]


@pytest.mark.parametrize(("check", "number"), CHECKED)
def test_a_known_number_holds_and_no_other_last_digit_does(check, number):
    assert [digit for digit in "0123456789" if check(number[:-1] + digit)] == [number[-1]]


@pytest.mark.parametrize(
    ("check", "number", "wrong"),
    [
        (south.is_chinese, "11010519491231002X", "110105194912310021"),
        (south.is_hong_kong, "A1234563", "A1234564"),
        (south.is_nric, "S1234567D", "S1234567E"),
        (south.is_nric, "F1234567N", "A1234567N"),
        (south.is_pan, "ABCPE1234F", "ABCDE1234F"),
        (south.is_korean, "9001011234567", "9013011234567"),
        (south.is_mykad, "880101145678", "880101005678"),
        (south.is_nik, "3171012304900001", "3171013213900001"),
        (south.is_cnic, "3520212345671", "9520212345671"),
        (south.is_emirates, "784199012345671", "784299012345671"),
        (south.is_egyptian, "29001011234567", "19001011234567"),
        (south.is_medicare, "2123456701", "2123456711"),
    ],
)
def test_a_known_number_holds_and_one_out_of_its_rules_does_not(check, number, wrong):
    assert check(number)
    assert not check(wrong)
