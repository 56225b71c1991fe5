import pytest

from agents.guardrails.national_ids import NATIONAL_IDS
from agents.guardrails.national_ids.kind import is_date


@pytest.mark.parametrize(("month", "day"), [("01", "31"), ("12", "01")])
def test_months_and_days_that_exist_are_a_date(month, day):
    assert is_date(month, day)


@pytest.mark.parametrize(("month", "day"), [("00", "10"), ("13", "10"), ("01", "00"), ("01", "32")])
def test_others_are_none(month, day):
    assert not is_date(month, day)


@pytest.mark.parametrize("kind", NATIONAL_IDS, ids=lambda kind: kind.name)
def test_every_kind_has_words_and_forms_of_digits_letters_and_separators(kind):
    assert kind.words.split()
    assert kind.sure or kind.unsure
    assert all(set(form) <= set("9A .-/+()") for form in kind.sure + kind.unsure)
