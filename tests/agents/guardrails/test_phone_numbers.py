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


def test_an_international_number_of_a_plan_is_likelier_than_one_that_is_only_long_enough():
    assert likelihood(Run.of("+44 20 7946 0958")) == 1
    assert 0.5 <= likelihood(Run.of("+1 054 353 1726")) < 1
    assert likelihood(Run.of("+999 1")) == 0


def test_a_number_grouped_as_its_country_does_is_likelier_than_a_row_of_digits():
    assert likelihood(Run.of("06 12 34 56 78")) > 0.5 > likelihood(Run.of("0612345678"))
