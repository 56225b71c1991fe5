"""Seeds in, signals that do not change out; and how our detectors do on them: alarms, speed, size of state."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.monitors.category_shift import CategoryShiftDetector
from agents.monitors.detecting import Observation, Reading
from agents.monitors.mean_change import MeanChangeDetector
from schemas.monitors import CategoryShift, MeanChange

Floats = NDArray[np.float64]
STATIONARY: Final = 50_000
START: Final = datetime(2026, 1, 5, tzinfo=UTC)
MEAN, LATENCY = MeanChange(), MeanChange(scale="log", low=1, high=60_000)
CATEGORY = CategoryShift()


def normal(source: np.random.Generator, count: int) -> Floats:
    return source.normal(0.6, 0.1, count)


def together(source: np.random.Generator, count: int, correlation: float) -> Floats:
    """Normal with mean 0 and standard deviation 1, each correlated with the one before it."""
    noise = source.normal(size=count) * np.sqrt(1 - correlation**2)
    noise[0] /= np.sqrt(1 - correlation**2)
    for place in range(1, count):
        noise[place] += correlation * noise[place - 1]
    return noise


def bursts(source: np.random.Generator, count: int) -> Floats:
    """A rate of 20 % whose ones come together: neighbours correlate by 0.28."""
    return (together(source, count, 0.5) < -0.8416).astype(np.float64)


def sessions(source: np.random.Generator, count: int) -> Floats:
    """Ten observations of one person after another, who is a third of what they vary by."""
    people = np.repeat(source.normal(size=count // 10 + 1), 10)[:count]
    return 0.5 + (np.sqrt(0.3) * people + np.sqrt(0.7) * source.normal(size=count)) / 10


def slow(source: np.random.Generator, count: int) -> Floats:
    """Noise with waves over some fifty observations, a twelfth of the variance."""
    return 0.5 + (source.normal(size=count) + 0.3 * together(source, count, 0.98)) / 10


Signal = Callable[[np.random.Generator, int], Floats]
SIGNALS: Final[dict[str, tuple[MeanChange, Signal]]] = {
    "rate 0.5": (MEAN, lambda source, count: (source.random(count) < 0.5) * 1.0),
    "rate 0.1": (MEAN, lambda source, count: (source.random(count) < 0.1) * 1.0),
    "rate 0.01": (MEAN, lambda source, count: (source.random(count) < 0.01) * 1.0),
    "rate 0.001": (MEAN, lambda source, count: (source.random(count) < 0.001) * 1.0),
    "bounded, beta(2, 5)": (MEAN, lambda source, count: source.beta(2, 5, count)),
    "bounded, normal": (MEAN, normal),
    "latency, log": (LATENCY, lambda source, count: source.lognormal(6, 1, count)),
    "latency, linear": (MeanChange(high=60_000), lambda source, count: source.lognormal(6, 1, count)),
    "correlated 0.3": (MEAN, lambda source, count: 0.5 + together(source, count, 0.3) / 10),
    "bursts": (MEAN, bursts),
    "sessions": (MEAN, sessions),
    "slow waves": (MEAN, slow),
}
LABELS: Final = {"en": 0.7, "de": 0.2, "fr": 0.06, "it": 0.03, "pt": 0.01}


def signals(drawn: Sequence[tuple[str, Floats]]) -> dict[str, tuple[MeanChange, Signal]]:
    """All that do not change; `drawn` are values of streams between changes, to draw from."""
    more = {
        f"drawn from {name}": (MEAN, lambda source, count, values=values: source.choice(values, count))
        for name, values in drawn
    }
    return {**SIGNALS, **more}


def readings(detector: Any, asked: Any, observations: Iterator[Observation]) -> Iterator[tuple[int, Reading]]:
    """With the place of the observation that it came at."""
    state = detector.start(asked)
    for place, seen in enumerate(observations):
        state, reading = detector.observe(state, asked, seen, 1.0)
        if reading is not None:
            yield place, reading


def alarms(values: Sequence[float], asked: MeanChange = MEAN) -> list[int]:
    """Places at which a change of the mean is told."""
    seen = (Observation(at=START, value=value) for value in values)
    return [place for place, reading in readings(MeanChangeDetector(), asked, seen) if reading.status == "breached"]


def label_alarms(labels: Sequence[str]) -> list[int]:
    """Places at which a shift of categories is told."""
    seen = (Observation(at=START, label=label) for label in labels)
    return [place for place, each in readings(CategoryShiftDetector(), CATEGORY, seen) if each.status == "breached"]


def labels_of(source: np.random.Generator, count: int) -> list[str]:
    drawn: list[str] = source.choice(list(LABELS), count, p=list(LABELS.values())).tolist()
    return drawn


def weekly(source: np.random.Generator, weeks: int, an_hour: int, *, jump: float = 0.0) -> Iterator[Observation]:
    """A rate that has its hours and its weekends, and in the last week `jump` more."""
    for hour in range(weeks * 168):
        rate = 0.2 + 0.1 * np.sin(hour / 24 * 2 * np.pi) + (0.1 if hour % 168 >= 120 else 0.0)
        rate += jump if hour >= (weeks - 1) * 168 else 0.0
        for number in range(an_hour):
            at = START + timedelta(hours=hour, seconds=number * 3_600 / an_hour)
            yield Observation(at=at, value=float(source.random() < rate))


def load(count: int, look: Callable[[int], None]) -> dict[str, dict[str, float]]:
    """Signals a second, and bytes of state as JSON after 100,000 signals and at the end, by detector.

    The second is one of processor time, so that what else the machine does does not count; `wall` is by the clock.
    """
    source = np.random.default_rng(5)
    values, labels = source.normal(0.6, 0.1, 100_000).tolist(), labels_of(source, 100_000)
    observed = {
        "mean-change": (MeanChangeDetector(), MEAN, [Observation(at=START, value=value) for value in values]),
        "category-shift": (CategoryShiftDetector(), CATEGORY, [Observation(at=START, label=each) for each in labels]),
    }
    found = {}
    for name, (detector, asked, seen) in observed.items():
        state, sizes, spent, walls = detector.start(asked), [], [], []
        for _ in range(count // len(seen)):
            began, wall = time.process_time(), time.perf_counter()
            for each in seen:
                state, _ = detector.observe(state, asked, each, 1.0)
            spent.append(time.process_time() - began)
            walls.append(time.perf_counter() - wall)
            sizes.append(len(state.model_dump_json()))
            look(len(seen))
        found[name] = {
            "signals_per_s": round(len(seen) / median(spent)),
            "signals_per_s_wall": round(len(seen) / median(walls)),
            "state_100k": sizes[0],
            "state_end": sizes[-1],
            "state_most": max(sizes),
        }
    return found
