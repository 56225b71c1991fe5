"""Answers and votes in any order: one vote a user, the last wins, and nothing waits or is kept for ever."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.feedback import join
from agents.feedback.join import Joined, Lifetimes, due, expired, make_join_step
from schemas.failures import ImplausibleError
from schemas.feedback import OutcomeScored
from schemas.operations import DeadLettered
from tests.agents.feedback.samples import NOON, expiry, exposure, fold, later, vote

STEP = make_join_step(Lifetimes())


def outcomes(events, metric="feedback"):
    """Those that somebody said something in."""
    scored = [each for each in events if isinstance(each, OutcomeScored) and each.metric == metric]
    return [each for each in scored if each.score is not None or each.supersedes]


def scores(events, experiment="x"):
    return [each.score for each in outcomes(events) if each.experiment == experiment]


def test_a_vote_becomes_an_outcome_for_each_experiment_of_the_answer_and_one_for_none():
    _, out = fold(STEP, [exposure(), vote(1)])
    found = [(each.experiment, each.arm, each.unit, each.score) for each in outcomes(out)]
    assert found == [("x", "b", "ann", 1), ("", "", "ann", 1)]


def test_a_later_outcome_supersedes_the_earlier_one_and_says_what_that_was():
    _, out = fold(STEP, [exposure(), vote(1), vote(-1, 2, at=later(minutes=1)), vote(None, 3, at=later(minutes=2))])
    first, second, third = (each for each in outcomes(out) if each.experiment == "x")
    assert (first.supersedes, first.previous) == ("", None)
    assert (second.supersedes, second.previous) == (first.event_id, 1)
    assert (third.supersedes, third.previous, third.score) == (second.event_id, -1, None)


def test_failures_63_one_vote_counts_once_however_often_and_under_however_many_ids_it_comes():
    """FAILURES 63: the same event twice, the same vote under other ids 50 ms later, 50 copies."""
    copies = [vote(1, 1), vote(1, 1), *(vote(1, n, at=later(milliseconds=n)) for n in range(2, 52))]
    _, out = fold(STEP, [exposure(), *copies])
    assert scores(out) == [1]


def test_failures_65_feedback_two_seconds_before_its_answer_waits_for_it():
    """FAILURES 65."""
    _, out = fold(STEP, [vote(1), exposure(offset=2, at=later(seconds=2))])
    assert scores(out) == [1]


def test_failures_65_feedback_for_an_answer_that_never_comes_is_dead_lettered_with_its_reason():
    """FAILURES 65: parked for a limited time, then an orphan, counted and not scored."""
    state, out = fold(STEP, [vote(1, comment="good"), expiry(later(minutes=59))])
    assert (len(state.waiting), out) == (1, [])
    state, [letter] = STEP(state, expiry(later(minutes=60)))
    assert state is None
    assert isinstance(letter, DeadLettered)
    assert (letter.topic, letter.partition, letter.offset) == ("feedback", 0, 1)
    assert "tenant default has no answer a that came within 1:00:00" in letter.reason


def test_failures_65_feedback_eight_days_late_counts_for_the_arm_that_served():
    """FAILURES 65: lateness is a rule: 30 days."""
    _, out = fold(STEP, [exposure(), vote(1, at=later(days=8))])
    assert [each.arm for each in outcomes(out) if each.experiment == "x"] == ["b"]


def test_feedback_after_the_answers_time_is_too_late():
    state, _ = fold(STEP, [exposure()])
    with pytest.raises(ImplausibleError, match="more than 30 days"):
        STEP(state, vote(1, received_at=later(days=31)))


@pytest.mark.parametrize("at", [NOON - timedelta(days=20_000), later(hours=2)])
def test_failures_65_absurd_times_are_refused(at):
    """FAILURES 65: event time in the future, or of 1970."""
    with pytest.raises(ImplausibleError, match="clock"):
        STEP(None, vote(1, at=at, received_at=NOON))


def test_an_answer_whose_time_is_over_is_forgotten_and_not_before():
    state, _ = fold(STEP, [exposure(), vote(1)])
    assert STEP(state, expiry(later(days=29))) == (state, ())
    assert STEP(state, expiry(later(days=30))) == (None, ())
    assert STEP(None, expiry(later(days=30))) == (None, ())


def test_an_answer_that_is_told_of_twice_is_exposed_once():
    _, out = fold(STEP, [exposure(), vote(1), exposure(offset=2)])
    assert [each.score for each in outcomes(out, "exposed")] == [1]


def test_an_exposed_answer_tells_its_units_in_the_metric_that_says_nothing_yet():
    """So that a unit which two arms served is known in every metric, and its past is over, before anybody says more."""
    _, out = fold(STEP, [exposure()])
    assert [type(each).__name__ for each in out[-2:]] == ["UnitExposed", "OutcomeScored"]
    assert (out[-2].unit, out[-2].experiments, out[-2].slot) == ("ann", ("x",), "default//ann")
    assert (out[-1].experiment, out[-1].metric, out[-1].score, out[-1].supersedes) == ("x", "feedback", None, "")
    _, out = fold(STEP, [vote(1), exposure(offset=2)])
    names = [type(each).__name__ for each in out]
    assert names.index("UnitExposed") < len(names) - 2, "before what was said of it"
    assert len({each.event_id for each in out}) == len(out)


def test_state_is_bounded_by_users_and_by_votes_that_wait(monkeypatch):
    monkeypatch.setattr(join, "MAX_USERS", 3)
    monkeypatch.setattr(join, "MAX_WAITING", 3)
    votes = [vote(1, n, user=f"u{n}") for n in range(1, 4)]
    for before in ([exposure()], []):
        state, _ = fold(STEP, [*before, *votes])
        with pytest.raises(ImplausibleError):
            STEP(state, vote(1, 5, user="u5"))
    state, _ = fold(STEP, [exposure(), *votes])
    assert STEP(state, vote(-1, 6, user="u1", at=later(minutes=1)))[0].score == pytest.approx(1 / 3)


def test_the_timer_tells_of_what_is_due_only():
    state, _ = fold(STEP, [vote(1)])
    assert not due(state, Lifetimes(), later(minutes=59))
    assert due(state, Lifetimes(), later(minutes=60))
    event = expired("acme/a/b", NOON)
    assert (event.tenant, event.answer_id, event.at) == ("acme", "a/b", NOON)


EVENTS = [
    exposure(0),
    *(
        vote(s, n, u, at=later(minutes=m))
        for n, (s, u, m) in enumerate(
            [(1, "ann", 0), (-1, "ann", 3), (0.5, "bob", 1), (None, "ann", 2), (None, "cid", 1), (1, "cid", 0)], start=1
        )
    ),
]


@given(st.permutations([*EVENTS, *EVENTS[1:4]]))
def test_in_whatever_order_and_however_often_all_comes_the_same_is_known_in_the_end(events):
    state, out = fold(STEP, events)
    assert (state.score, scores(out)[-1]) == (-0.25, -0.25)
    assert scores(out)[-1] == scores(out, "")[-1]


def test_what_is_kept_survives_json():
    state, _ = fold(STEP, [vote(1), vote(0, 2, user=None)])
    assert Joined.model_validate_json(state.model_dump_json()).waiting[1].given.user_id is None
