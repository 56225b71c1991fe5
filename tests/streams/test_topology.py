"""The topology's own arithmetic: how long an answer is still wanted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.questions import MAX_DEADLINE_MS, QuestionAsked
from streams.topology import seconds_left

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def question(at: datetime = NOON, deadline_ms: int | None = None) -> QuestionAsked:
    return QuestionAsked(event_id="q", text="x", at=at, deadline_ms=deadline_ms)


def test_a_questions_own_deadline_goes_before_the_default_one() -> None:
    assert seconds_left(question(deadline_ms=2_000), NOON, 30_000) == 2.0
    assert seconds_left(question(), NOON, 30_000) == 30.0


def test_a_deadline_that_passed_is_negative() -> None:
    assert seconds_left(question(deadline_ms=500), NOON + timedelta(seconds=2), 30_000) == pytest.approx(-1.5)


def test_a_question_from_the_future_is_given_no_more_time_than_its_deadline() -> None:
    """Its asker's clock is wrong; retrying for a year would hold its partition up."""
    assert seconds_left(question(NOON + timedelta(days=365), deadline_ms=2_000), NOON, 30_000) == 2.0


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, MAX_DEADLINE_MS))
def test_no_time_and_no_deadline_overflows(at: datetime, deadline_ms: int) -> None:
    assert isinstance(seconds_left(question(at, deadline_ms), NOON, 30_000), float)
