from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.experiments.confidence_sequence import Sums
from agents.feedback import unit
from agents.feedback.unit import UnitState, making_units_expired, score_unit, unit_key
from schemas.feedback import UnitExposed, UnitPast
from tests.agents.feedback.samples import before, fold, later, outcome, reached, read


def values(events):
    return [(each.value, each.previous) for each in events]


def test_a_units_value_is_the_mean_of_its_answers():
    _, out = fold(score_unit, [outcome(1, "a"), outcome(0, "b", 1), outcome(None, "a", 2, previous=1)])
    assert values(out) == [(1, None), (0.5, 1), (0, 0.5)]


def test_what_changes_nothing_is_not_told():
    _, out = fold(score_unit, [outcome(1, "a"), outcome(1, "b", 1), outcome(1, "a", 0)])
    assert values(out) == [(1, None)]


def test_a_unit_that_two_arms_served_counts_for_neither():
    """FAILURES 66: contaminated users are excluded."""
    state, out = fold(
        score_unit, [outcome(1, "a"), outcome(1, "b", 1, arm="c"), outcome(0, "c", 2), outcome(0, "d", 3)]
    )
    assert [(each.arm, each.value, each.previous) for each in out] == [("b", 1, None), ("b", None, 1)]
    assert state.mixed


def test_a_unit_that_two_arms_served_is_known_before_anybody_says_anything():
    """FAILURES 66, for a metric that few answers have: the exposure alone shows the second arm."""
    state, out = fold(score_unit, [outcome(1, "a"), outcome(None, "b", 1, arm="c"), outcome(1, "a2", 2)])
    assert values(out) == [(1, None), (None, 1)]
    assert state.mixed


def outside(score, answer="a", offset=0, **fields):
    return outcome(score, answer, offset, experiment="", arm="", **fields)


def pasts(events):
    return [(each.experiment, each.past) for each in events]


def test_what_a_users_answers_were_worth_is_told_once_to_each_experiment_that_begins_to_serve_the_user():
    events = [outside(1, "a"), outside(0, "b", 1), reached(2), outside(-1, "c", 3), reached(4, ("x", "y"))]
    state, out = fold(score_unit, events)
    assert pasts(out) == [("x", 0.5), ("y", 0)]
    assert [each.slot for each in out] == ["default/x/ann", "default/y/ann"]
    _, again = fold(score_unit, events[-1:], state)
    assert again == []


def test_who_had_nothing_to_say_before_has_no_past_whatever_is_said_later():
    _, out = fold(score_unit, [reached(), outside(1, "a", 1), reached(2)])
    assert out == []


def test_a_changed_vote_changes_what_is_not_yet_told_and_an_expired_state_tells_its_unit():
    state, out = fold(score_unit, [outside(1, "a"), outside(-1, "a", 1, event_id="o1", previous=1), reached(2)])
    assert pasts(out) == [("x", -1)]
    (event,) = making_units_expired(timedelta(days=60))(unit_key(reached()), state, later(days=61))
    assert (event.experiment, event.unit, unit_key(event)) == ("", "ann", unit_key(reached()))


def test_a_past_is_told_with_the_units_value_whichever_comes_first():
    _, first = fold(score_unit, [before(0.5), outcome(None, "a", 1), outcome(1, "a", 2)])
    assert [(each.value, each.previous, each.past, each.arm) for each in first] == [(1, None, 0.5, "b")]
    _, last = fold(score_unit, [outcome(1, "a"), before(0.5, 1), before(-1, 2), outcome(0, "b", 3)])
    found = [(each.value, each.previous, each.past, each.previous_past) for each in last]
    assert found == [(1, None, None, None), (1, 1, 0.5, None), (0.5, 1, 0.5, 0.5)]


def test_a_state_of_before_pasts_were_told_takes_none():
    """What would be its past has seen answers of the experiment."""
    old = UnitState.model_validate_json('{"arm":"b","recent":{"a":{"event_id":"o0","score":1}},"experiment":"x"}')
    assert score_unit(old, before(0.5)) == (old, ())


def test_a_unit_is_told_of_in_bounded_many_experiments(monkeypatch):
    monkeypatch.setattr(unit, "MAX_TOLD", 2)
    state, out = fold(score_unit, [outside(1), reached(1, ("x",)), reached(2, ("y", "z")), reached(3, ("z",))])
    assert pasts(out) == [("x", 1), ("y", 1)]
    assert state.told == ("x", "y")


def test_an_answer_in_no_experiment_without_a_user_passes_by():
    assert score_unit(None, outcome(1, experiment="", arm="", unit="")) == (None, ())


def test_the_key_tells_metrics_and_units_apart():
    keys = {unit_key(outcome(1, **each)) for each in ({}, {"metric": "cost"}, {"unit": "bob"}, {"experiment": "y"})}
    assert len(keys) == 4


def test_a_unit_that_was_silent_for_its_lifetime_is_forgotten_and_begins_anew():
    state, _ = fold(score_unit, [outcome(1, unit="a/b#c", experiment="acme/x")])
    key = unit_key(outcome(1, unit="a/b#c", experiment="acme/x"))
    expired = making_units_expired(timedelta(days=60))
    assert expired(key, state, later(days=59)) == ()
    (event,) = expired(key, state, later(days=60))
    assert (event.experiment, event.unit, event.metric, unit_key(event)) == ("acme/x", "a/b#c", "feedback", key)
    assert score_unit(state, event) == (None, ())
    _, out = fold(score_unit, [outcome(0, "later", 9)])
    assert values(out) == [(0, None)]


def test_a_unit_that_came_again_before_its_timer_was_read_is_kept():
    state, _ = fold(score_unit, [outcome(1)])
    (event,) = making_units_expired(timedelta(days=60))(unit_key(outcome(1)), state, later(days=60))
    again = read(outcome(0, "b", 1), 1, later(days=61), topic="outcomes")
    state, _ = fold(score_unit, [again], state)
    assert score_unit(state, event) == (state, ())
    assert score_unit(None, event) == (None, ())


def test_what_is_told_says_which_outcome_it_came_from():
    _, [event] = fold(score_unit, [outcome(1, offset=7)])
    assert (event.origin.topic, event.origin.offset, event.unit, event.metric) == ("outcomes", 7, "ann", "feedback")


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([-1.0, 0.0, 1.0])), max_size=20), st.integers(1, 6))
def test_answers_that_are_no_longer_told_apart_can_still_be_corrected(scores, kept):
    before = unit.MAX_RECENT
    unit.MAX_RECENT = kept
    try:
        last, events = {}, []
        for offset, (answer, score) in enumerate(scores):
            events.append(outcome(score, f"a{answer}", offset, previous=last.get(answer)))
            last[answer] = score
        state, _ = fold(score_unit, events)
    finally:
        unit.MAX_RECENT = before
    if last:
        assert state.mean == sum(last.values()) / len(last)
        assert len(state.recent) <= kept


@st.composite
def logs(draw):
    """Of one user: votes outside, exposures and votes in experiment x, as the partition of the user has them."""
    events, last, offset = [], {}, 0
    for offset in range(draw(st.integers(1, 15))):
        kind = draw(st.sampled_from(["outside", "inside", "exposed"]))
        if kind == "exposed":
            events.append(reached(offset))
            continue
        answer, score = f"{kind}-{draw(st.integers(0, 3))}", draw(st.sampled_from([-1.0, 0.5, 1.0, None]))
        of = {"experiment": "", "arm": ""} if kind == "outside" else {}
        events.append(outcome(score, answer, offset, previous=last.get(answer), **of))
        last[answer] = score
    return events


def through(events, states=None):
    """The user's two states, and each unit's value as told last, after events are read."""
    states, told = dict(states or {}), []
    for event in events:
        states[unit_key(event)], out = score_unit(states.get(unit_key(event)), event)
        for each in out:
            if isinstance(each, UnitPast):
                more = read(each, 1_000, topic="outcomes")
                states[unit_key(more)], again = score_unit(states.get(unit_key(more)), more)
                told += again
            else:
                told.append(each)
    return states, told


@given(logs(), st.integers(0, 15))
def test_events_that_come_again_after_a_crash_change_neither_value_nor_past(events, start):
    states, told = through(events)
    again, more = through(events[start:], states)
    for key, state in states.items():
        assert (again[key].mean, again[key].past, again[key].told) == (state.mean, state.past, state.told)
    sums = Sums()
    for each in (*told, *more):
        sums = sums.replaced(each.value, each.previous, each.past, each.previous_past)
    inside = next((state for key, state in states.items() if "/x/" in key), UnitState())
    assert (sums.units, sums.total) == (inside.mean is not None, pytest.approx(inside.mean or 0))
    assert sums.past.units == (inside.mean is not None and inside.past is not None)


@given(logs())
def test_no_vote_after_the_first_exposure_is_part_of_the_past(events):
    states, _ = through(events)
    first = next((place for place, each in enumerate(events) if isinstance(each, UnitExposed)), len(events))
    last = {each.answer_id: each.score for each in events[:first] if each.experiment == ""}
    said = [score for score in last.values() if score is not None]
    found = next((state.past for key, state in states.items() if "/x/" in key), None)
    was_exposed = first < len(events)
    assert found == (pytest.approx(sum(said) / len(said)) if said and was_exposed else None)
