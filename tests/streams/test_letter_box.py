import pytest

from streams.dead_letters import dead_letter
from streams.letter_box import Wanted
from tests.streams.samples import record

LETTER = dead_letter(record(b"{"), stage="plan", reason="the value is not JSON: Expecting", error="Malformed")


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(ids=(LETTER.event_id,)),
        Wanted(ids=("no-such", LETTER.event_id[:6])),
        Wanted(stage="plan"),
        Wanted(reason="NOT json"),
        Wanted(reason="malformed"),
        Wanted(ids=(LETTER.event_id[:6],), stage="plan", reason="json"),
    ],
)
def test_a_letter_matches_what_rules_nothing_of_it_out(wanted):
    assert wanted.matches(LETTER)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(ids=(LETTER.event_id[1:],)),
        Wanted(stage="index"),
        Wanted(stage="pla"),
        Wanted(reason="not found"),
        Wanted(ids=(LETTER.event_id,), stage="index"),
    ],
)
def test_one_thing_that_differs_is_enough_to_leave_it_out(wanted):
    assert not wanted.matches(LETTER)
