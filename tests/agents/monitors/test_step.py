import json
import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.monitors.detecting import Observation
from agents.monitors.plan import plan_of
from agents.monitors.registry import DETECTORS
from agents.monitors.round import WELL_AGAIN
from agents.monitors.state import Watched
from agents.monitors.threshold import ThresholdDetector
from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.event import Origin, derive_id
from schemas.monitors import BaselineSet, MeanChange, MonitorOpened, NoData, Rate, SignalsObserved, Threshold
from tests.agents.monitors.worlds import Watcher, at, monitor

SLOW = monitor(Threshold(above=100.0, clear=80.0))


def test_a_condition_is_told_when_it_begins_and_when_it_ends_and_not_between() -> None:
    watcher = Watcher(SLOW)
    for second, value in enumerate([50, 150, 150, 90, 150, 70, 60]):
        watcher.see(second, latency_ms=value)
    assert watcher.kinds() == ["+mine", "-mine"]
    raised, cleared = watcher.told
    assert isinstance(raised, ConditionRaised)
    assert isinstance(cleared, ConditionCleared)
    assert raised.fingerprint == cleared.fingerprint == derive_id("alert", "acme", "mine", "latency_ms")
    assert (raised.since, raised.value, raised.threshold) == (at(1), 150.0, 100.0)
    assert raised.labels == {"monitor": "mine", "signal": "latency_ms", "source": "answers"}
    assert cleared.since == at(5)


def test_what_is_no_longer_sampled_is_over_and_a_dead_letter_is_no_sample() -> None:
    watcher = Watcher(source="operations")
    watcher.see(0, **{"lag.plan": 0, "up.generator": 0, "up.weaviate": 0})
    watcher.see(2, dead_letters=1)
    assert watcher.kinds() == ["+weaviate-away", "+generator-away"]
    watcher.see(4, **{"lag.plan": 0, "up.weaviate": 0})
    watcher.see(6, **{"lag.plan": 0, "up.weaviate": 0})
    assert watcher.kinds() == ["+weaviate-away", "+generator-away", "-generator-away"]
    assert watcher.told[-1].summary == "up.generator is no longer sampled"


def test_a_definition_from_the_future_counts_as_of_when_it_came() -> None:
    watcher = Watcher(SLOW)
    read_from = Origin(topic="signals", partition=0, offset=1, at=at(9e7), received_at=at(0))
    other = SLOW.model_copy(update={"detector": Threshold(above=90.0)})
    watcher.take(
        MonitorOpened(event_id="x", tenant="acme", at=at(9e7), source="answers", definition=other, read_from=read_from)
    )
    [told] = watcher.see(5, latency_ms=200)
    assert (told.at, told.since) == (at(5), at(5))


def test_a_signal_with_a_star_is_watched_by_name() -> None:
    watcher = Watcher(monitor(Threshold(above=10.0), "lag.*", "operations"), source="operations")
    watcher.see(0, **{"lag.plan": 1, "lag.index": 20, "oldest_s.plan": 99})
    watcher.see(1, **{"lag.plan": 30, "lag.index": 20})
    watcher.see(2, **{"lag.plan": 30, "lag.index": 2})
    assert [each.labels["signal"] for each in watcher.told] == ["lag.index", "lag.plan", "lag.index"]
    assert watcher.kinds() == ["+mine", "+mine", "-mine"]


def test_only_so_many_names_are_watched_under_a_star() -> None:
    watcher = Watcher(monitor(Threshold(above=0.0), "x.*"))
    for number in range(100):
        watcher.see(number, **{f"x.{number}": 1.0})
    assert len(watcher.told) == 64


def test_only_observations_with_the_labels_that_are_asked_for_are_looked_at() -> None:
    watcher = Watcher(SLOW.model_copy(update={"where": {"language": "de"}}))
    watcher.see(0, {"language": "en"}, latency_ms=500)
    assert not watcher.told
    watcher.see(1, {"language": "de"}, latency_ms=500)
    assert watcher.told[0].labels["language"] == "de"


def test_no_number_that_is_none_is_looked_at_or_told() -> None:
    """FAILURES 70."""
    watcher = Watcher(SLOW)
    for value in (float("nan"), float("inf"), float("-inf")):
        watcher.see(0, latency_ms=value)
    assert not watcher.told


class Failing:
    """A detector that fails at a certain value."""

    def __getattr__(self, name: str) -> Any:
        return getattr(ThresholdDetector(), name)

    def observe(self, state: Any, asked: Any, seen: Observation, share: float) -> Any:
        if seen.value == 13.0:
            raise ZeroDivisionError("division by zero")
        return ThresholdDetector().observe(state, asked, seen, share)


def test_a_detector_that_fails_takes_none_of_its_neighbours_away(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_of.cache_clear()
    monkeypatch.setattr("agents.monitors.plan.DETECTORS", {**DETECTORS, "rate": Failing()})
    broken = monitor(Rate(above=1_000.0), name="broken")
    watcher = Watcher(broken, SLOW)
    watcher.see(0, latency_ms=13.0)
    watcher.see(1, latency_ms=13.0)
    watcher.see(2, latency_ms=500.0)
    assert watcher.kinds() == ["+monitor-broken", "+mine"]
    assert watcher.told[0].labels["monitor"] == "broken"
    assert watcher.told[0].summary.endswith("ZeroDivisionError: division by zero")
    for second in range(WELL_AGAIN):
        watcher.see(3 + second, latency_ms=500.0)
    assert watcher.kinds() == ["+monitor-broken", "+mine", "-monitor-broken"]
    plan_of.cache_clear()


def test_a_state_that_another_version_wrote_begins_anew_where_it_cannot_be_read() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=500)
    assert watcher.state is not None
    watcher.open(baseline=BaselineSet(tenant="acme", monitor="mine", baseline="may", action="keep"))
    raw = json.loads(watcher.state.model_dump_json())
    raw["detectors"]["answer-latency"] = {"kind": "unheard-of"}
    raw["baselines"][0]["detectors"]["mine"] = {"kind": "unheard-of"}
    read = Watched.model_validate_json(json.dumps(raw))
    assert "mine" in read.detectors
    assert "answer-latency" not in read.detectors
    assert read.baselines[0].detectors == {}


def test_what_was_raised_by_a_state_that_cannot_be_read_is_over() -> None:
    watcher = Watcher(SLOW)
    watcher.see(0, latency_ms=500)
    assert watcher.state is not None
    watcher.state = watcher.state.model_copy(update={"detectors": {}})
    watcher.see(1, failed=0.0)
    assert watcher.kinds() == ["+mine", "-mine"]
    assert watcher.told[1].summary == "latency_ms is looked at afresh"


def test_what_a_detector_had_raised_when_it_failed_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_of.cache_clear()
    monkeypatch.setattr("agents.monitors.plan.DETECTORS", {**DETECTORS, "rate": Failing()})
    watcher = Watcher(monitor(Rate(above=100.0), name="broken"))
    watcher.see(0, latency_ms=500.0)
    watcher.see(1, latency_ms=13.0)
    assert watcher.kinds() == ["+broken", "-broken", "+monitor-broken"]
    plan_of.cache_clear()


def test_a_new_prompt_is_named_rather_than_told_of_as_a_change() -> None:
    """FAILURES 69: what is known to have changed is no drift."""
    watcher = Watcher(monitor(MeanChange(), "score"))
    chance = random.Random(3)
    for second in range(400):
        watcher.see(second, {"prompt": "v1"}, score=chance.random() * 0.2)
    for second in range(400, 800):
        watcher.see(second, {"prompt": "v2"}, score=0.8 + chance.random() * 0.2)
    assert watcher.told == []
    for second in range(800, 1_200):
        watcher.see(second, {"prompt": "v2"}, score=chance.random() * 0.2)
    (raised,) = watcher.told
    assert raised.details["known causes"] == "prompt v2 since 2026-06-01T12:06:40Z"


def test_a_change_that_is_on_when_a_new_prompt_comes_is_over() -> None:
    watcher = Watcher(monitor(MeanChange(), "score"))
    chance = random.Random(3)
    for second in range(600):
        watcher.see(second, {"prompt": "v1"}, score=chance.random() * 0.2 + 0.8 * (second > 400))
    watcher.see(600, {"prompt": "v2"}, score=0.0)
    assert watcher.kinds() == ["+mine", "-mine"]
    assert watcher.told[1].summary == "score is compared afresh, since there is a new prompt"


def test_an_event_from_the_future_counts_as_of_when_it_came() -> None:
    watcher = Watcher(monitor(NoData(after_s=60.0, minimum=1)))
    origin = Origin(topic="signals", partition=0, offset=1, at=at(1e9), received_at=at(1))
    watcher.take(
        SignalsObserved(
            event_id="f", tenant="acme", at=at(1e9), source="answers", values={"latency_ms": 1.0}, read_from=origin
        )
    )
    watcher.tick(100)
    assert watcher.kinds() == ["+mine"]


def test_the_same_events_tell_the_same_under_the_same_ids() -> None:
    first, second = Watcher(SLOW), Watcher(SLOW)
    for watcher in (first, second):
        for number, value in enumerate([50, 150, 70, 300]):
            watcher.see(number, latency_ms=value)
    assert first.told == second.told
    assert len({each.event_id for each in first.told}) == len(first.told) == 3


def test_the_defaults_say_nothing_of_a_healthy_system_and_their_state_is_small() -> None:
    watcher = Watcher()
    chance = random.Random(5)
    for number in range(1_500):
        watcher.see(
            number * 2,
            {"language": chance.choice(["en", "en", "de"]), "outcome": "AnswerServed", "prompt": "p", "embedder": "e"},
            latency_ms=chance.expovariate(0.01),
            failed=float(chance.random() < 0.001),
            abstained=float(chance.random() < 0.1),
            blocked=0.0,
            ungrounded=float(chance.random() < 0.01),
            top_similarity=chance.betavariate(5, 3),
            output_tokens=chance.randrange(20, 300),
            cost=0.001,
        )
    assert watcher.told == []
    assert watcher.state is not None
    assert len(watcher.state.model_dump_json()) < 50_000


def test_what_is_told_never_steps_back_in_time_though_observations_may() -> None:
    watcher = Watcher(SLOW)
    watcher.see(10, latency_ms=500)
    watcher.see(7, latency_ms=10)
    watcher.see(8, latency_ms=500)
    assert [each.at for each in watcher.told] == [at(10)] * 3
    assert [each.since for each in watcher.told] == [at(10), at(7), at(8)]


SIGNALS = st.dictionaries(
    st.sampled_from(["latency_ms", "failed", "abstained", "top_similarity", "cost"]),
    st.floats(allow_nan=True),
    max_size=5,
)
LABELS = st.dictionaries(
    st.sampled_from(["language", "outcome", "prompt", "embedder"]), st.sampled_from(["a", "b", "c", ""]), max_size=4
)
HAPPENED = st.one_of(st.tuples(st.integers(-100, 10_000), SIGNALS, LABELS), st.integers(0, 10**7))


@given(st.lists(HAPPENED, max_size=60))
@settings(max_examples=50)
def test_whatever_comes_in_whatever_order_each_condition_begins_and_ends_in_turn(happened: list[Any]) -> None:
    watcher = Watcher(SLOW, monitor(Rate(above=3.0), "failed", name="r"), monitor(NoData(minimum=1), "cost", name="n"))
    for each in happened:
        if isinstance(each, int):
            watcher.tick(each)
        else:
            second, values, labels = each
            watcher.see(second, labels, **values)
    holding: dict[str, bool] = {}
    for event in watcher.told:
        is_raised = event.type == "ConditionRaised"
        assert holding.get(event.fingerprint, False) != is_raised
        holding[event.fingerprint] = is_raised
        assert math.isfinite(getattr(event, "value", 0.0))
        assert event.since <= event.at
        assert event.name != "monitor-broken"
    assert watcher.state is None or {each.fingerprint for each in watcher.state.raised.values()} == {
        print_ for print_, holds in holding.items() if holds
    }
    assert len({each.event_id for each in watcher.told}) == len(watcher.told)
