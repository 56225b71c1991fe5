import pytest

from agents.guardrails.phone_numbers import Run, is_something_else, likelihood


def test_a_run_is_split_into_groups_and_what_is_between():
    run = Run.of("+44 (20) 7946-0958")
    assert run.groups == ("44", "20", "7946", "0958")
    assert run.separators == (" (", ") ", "-")
    assert run.international
    assert run.bracketed


@pytest.mark.parametrize(
    "written",
    ["2024-01-15", "15.01.2024", "1/15/24", "2024-01-15 12", "10.0.0.1", "3.1415926", "978-3-16-148410-0", "212-219"],
)
def test_dates_addresses_decimals_and_books_are_something_else(written):
    assert is_something_else(Run.of(written))


@pytest.mark.parametrize("written", ["25-62-29-72", "02.27.96.63.08", "+1 2024-01-15", "99-99-99"])
def test_groups_that_are_no_date_may_be_called(written):
    assert not is_something_else(Run.of(written))


@pytest.mark.parametrize("written", ["+44 20 7946 0958", "+44 (0)20 7946 0958", "+1 054 353 1726", "+352 621 123 456"])
def test_a_plus_and_as_many_digits_as_the_country_has_are_likely_a_number(written):
    assert likelihood(Run.of(written)) > 0.5


@pytest.mark.parametrize("written", ["+999 123 456", "+1 234", "+44 1234567890123"])
def test_a_country_that_does_not_exist_and_too_few_or_many_digits_are_not(written):
    assert likelihood(Run.of(written)) == 0


def test_a_number_grouped_as_its_country_does_is_likelier_than_a_row_of_digits():
    assert likelihood(Run.of("06 12 34 56 78")) > 0.5 > likelihood(Run.of("0612345678"))
