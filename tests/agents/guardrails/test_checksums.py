import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.checksums import luhn, mod11_10, mod97, verhoeff, weighted

DIGITS = st.text("0123456789", min_size=4, max_size=18)


def completed(check, digits):
    (last,) = [digit for digit in "0123456789" if check(digits + digit)]
    return digits + last


@pytest.mark.parametrize("check", [luhn, verhoeff, mod11_10])
def test_known_numbers_hold(check):
    known = {luhn: "4111111111111111", verhoeff: "234123412346", mod11_10: "86095742719"}
    assert check(known[check])


@pytest.mark.parametrize("check", [luhn, verhoeff, mod11_10])
@given(digits=DIGITS, place=st.integers(0, 3), change=st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(check, digits, place, change):
    number = completed(check, digits)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert check(number)
    assert not check(wrong)


@given(DIGITS, st.integers(0, 3))
def test_verhoeff_notices_neighbours_that_changed_places(digits, place):
    number = completed(verhoeff, digits)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert verhoeff(swapped) == (number == swapped)


def test_an_iban_leaves_a_remainder_of_one():
    assert mod97("DE89370400440532013000")
    assert not mod97("DE88370400440532013000")


def test_a_weighted_sum_ends_with_the_weights():
    assert weighted("1239", (3, 2, 1)) == 10
