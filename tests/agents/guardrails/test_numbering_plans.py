import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.numbering_plans import REGIONS, formats, is_international, is_national


@pytest.mark.parametrize("region", REGIONS)
def test_each_countrys_example_is_national_and_international(region):
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.FIXED_LINE)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    groups = "".join(char if char.isdigit() else " " for char in written).split()
    assert is_national(groups)
    assert is_international(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])


def test_groups_that_no_country_has_are_not():
    assert not is_national(["2024", "01", "15"])
    assert not is_national(["0"] * 8)
    assert not is_national([])


@given(st.lists(st.text("0123456789", min_size=1, max_size=6), max_size=8))
def test_no_groups_raise(groups):
    assert is_national(groups) in (True, False)
    assert is_international("".join(groups)) in (True, False)


def test_formats_are_kept_by_their_number_of_groups():
    assert all(len(form.sizes) + form.apart == count for count, forms in formats().items() for form in forms)
