"""Experiments and units as those who count see them."""

import random
from datetime import UTC, datetime, timedelta

from schemas.event import Origin
from schemas.experiments import Arm, ExperimentDefined, ExperimentOpened, Metric, UnitScored

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HARM = Metric(name="abstained", better="lower", low=0, high=1, margin=0.02)


def definition(**fields):
    fields = {
        "arms": (Arm(name="a"), Arm(name="b", overrides={"label": "candidate"})),
        "primary": Metric(low=0, high=1),
        "mode": "automatic",
        "ramp_units": 100,
        "minimum_effect": 0.05,
        "at": NOON,
    } | fields
    return ExperimentDefined(event_id="d", name="x", **fields)


def opened(defined=None, at=NOON):
    defined = defined or definition()
    return ExperimentOpened(event_id=f"op-{defined.version}", at=at, experiment="x", definition=defined)


def unit(number, arm, value, metric="feedback", *, previous=None, offset=None, **pasts):
    at = NOON + timedelta(seconds=number)
    offset = number if offset is None else offset
    origin = Origin(topic="outcomes", partition=0, offset=offset, at=at)
    return UnitScored(
        event_id=f"u{offset}", at=at, experiment="x", arm=arm, unit=f"u{number}", metric=metric,
        value=value, previous=previous, origin=origin, **pasts,
    )  # fmt: skip


def traffic(count, rates, metric="feedback", *, seed=1, arms=("a", "b"), start=0):
    """So many units in turn, each exposed and then worth 1 at its arm's rate, else 0."""
    chance = random.Random(seed)
    events, offset = [], start
    for number in range(count):
        arm = arms[number % len(arms)]
        for name, value in (("exposed", 1.0), (metric, float(chance.random() < rates[arm]))):
            events.append(unit(offset, arm, value, name))
            offset += 1
    return events


def with_pasts(count, correlation, effect=0.0, *, seed=1):
    """Units in turn whose value, from 0 to 1, goes along with their past."""
    chance = random.Random(seed)
    events = []
    for number in range(count):
        past, noise = chance.gauss(0, 0.15), chance.gauss(0, 0.15)
        value = 0.5 + correlation * past + (1 - correlation**2) ** 0.5 * noise + effect * (number % 2)
        events.append(unit(2 * number, "ab"[number % 2], 1.0, "exposed"))
        events.append(unit(2 * number + 1, "ab"[number % 2], value, past=0.5 + past))
    return events


def fold(step, events, state=None):
    """State and all that came out after `events`."""
    told = []
    for event in events:
        state, more = step(state, event)
        told += more
    return state, told
