"""What every detector must do, whatever it looks for: a new kind is tested by being in the registry."""

import json
import math
import random
from datetime import timedelta
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import TypeAdapter

from agents.monitors.detecting import Observation, Reading
from agents.monitors.registry import CAUSES, DETECTORS, DetectorState
from agents.sketches import sketch
from schemas.event import Value
from schemas.monitors import BurnRate, Detector, NoData, Rate, Threshold
from tests.agents.monitors.worlds import at

ADAPTER: TypeAdapter[Any] = TypeAdapter(DetectorState)
ASKED: dict[str, Value] = {
    "threshold": Threshold(above=0.9),
    "burn-rate": BurnRate(objective=0.9, good_below=0.5, factor=2.0),
    "rate": Rate(above=100.0),
    "no-data": NoData(after_s=60.0),
}


def asked(kind: str) -> Value:
    """A definition of the kind: the defaults where it has any."""
    if kind in ASKED:
        return ASKED[kind]
    (found,) = (each for each in get_args(get_args(Detector)[0]) if each.model_fields["kind"].default == kind)
    return TypeAdapter(found).validate_python({"kind": kind})  # type: ignore[no-any-return]


def observations(count: int, seed: int = 1) -> list[Observation]:
    chance = random.Random(seed)
    return [
        Observation(
            at(number),
            chance.random(),
            chance.choice("abc"),
            sketch(np.array([chance.gauss(0, 1) for _ in range(16)], np.float32)),
            f"question {number}",
            {"top_similarity": chance.random()},
        )
        for number in range(count)
    ]


def sane(reading: Reading | None) -> None:
    assert reading is None or (math.isfinite(reading.value) and math.isfinite(reading.threshold))


@pytest.fixture(params=sorted(DETECTORS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_detector_changes_no_state_that_it_was_given_and_its_state_is_json(kind: str) -> None:
    detector, definition = DETECTORS[kind], asked(kind)
    state = detector.start(definition)
    for seen in observations(400):
        before = state.model_dump_json()
        after, reading = detector.observe(state, definition, seen, 0.1)
        sane(reading)
        assert state.model_dump_json() == before
        assert after.kind == kind
        state = after
    read = ADAPTER.validate_json(state.model_dump_json())
    assert read == state
    assert detector.observe(read, definition, observations(401)[-1], 0.1) == detector.observe(
        state, definition, observations(401)[-1], 0.1
    )


def test_its_state_is_bounded(kind: str) -> None:
    detector, definition = DETECTORS[kind], asked(kind)
    state = detector.start(definition)
    for seen in observations(3_000):
        state, _ = detector.observe(state, definition, seen, 0.1)
    assert len(state.model_dump_json()) < 40_000
    assert "NaN" not in json.dumps(state.model_dump(mode="json"))


def test_an_observation_that_shows_nothing_breaks_nothing_and_neither_does_time(kind: str) -> None:
    """FAILURES 70: windows with no or unusable data, and a clock that steps back."""
    detector, definition = DETECTORS[kind], asked(kind)
    state, reading = detector.tick(detector.start(definition), definition, at(0))
    assert reading is None
    for seen in [Observation(at(0)), *observations(200), Observation(at(-3_600), 0.5, "a"), Observation(at(300))]:
        state, reading = detector.observe(state, definition, seen, 1.0)
        sane(reading)
    for later in (0, 1, 3_600, 86_400 * 30):
        state, reading = detector.tick(state, definition, at(300) + timedelta(seconds=later))
        sane(reading)
    again = detector.rebase(state, definition)
    assert again.kind == kind
    detector.observe(again, definition, observations(1)[0], 1.0)


def test_a_known_cause_is_one_for_a_kind_that_there_is() -> None:
    kinds = {each.model_fields["kind"].default for each in get_args(get_args(Detector)[0])}
    assert CAUSES.keys() <= kinds
    assert DETECTORS.keys() <= kinds
