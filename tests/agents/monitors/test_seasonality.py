from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from agents.monitors.detecting import Observation
from agents.monitors.mean_change import MeanChangeDetector
from agents.monitors.seasonality import HOURS, Seasonality, expected
from schemas.monitors import MeanChange

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DETECTOR = MeanChangeDetector()


def usual(hour):
    """A signal with nights and weekends."""
    return 0.2 + (0.2 if 8 <= hour % 24 < 18 else 0.0) - (0.1 if hour % HOURS >= 120 else 0.0)


def observations(weeks, *, jump_in_last=0.0, an_hour=5):
    source = np.random.default_rng(4)
    for hour in range(weeks * HOURS):
        level = usual(hour) + (jump_in_last if hour >= (weeks - 1) * HOURS else 0.0)
        for number in range(an_hour):
            at = MONDAY + timedelta(hours=hour, minutes=60 * number / an_hour)
            yield Observation(at=at, value=level + source.normal(0, 0.05))


def told(seen, asked):
    state, readings = DETECTOR.start(asked), []
    for each in seen:
        state, reading = DETECTOR.observe(state, asked, each, 1.0)
        readings += [(each.at, reading)] if reading else []
    return state, readings


def test_in_the_first_week_nothing_is_known_and_then_the_pattern_is():
    season, known = Seasonality(), []
    for hour in range(2 * HOURS):
        season, rest = expected(season, MONDAY + timedelta(hours=hour), usual(hour), lambda: 0.25)
        known.append(rest)
    assert known[:HOURS] == [None] * HOURS
    middle = np.mean([usual(hour) for hour in range(HOURS)])
    assert known[HOURS:] == pytest.approx([middle] * HOURS, abs=1e-5)


def test_an_hour_that_was_never_seen_has_no_expectation():
    season, _ = expected(Seasonality(), MONDAY, 0.5, lambda: 0.5)
    season, rest = expected(season, MONDAY + timedelta(days=8), 0.5, lambda: 0.5)
    assert rest is None
    _, rest = expected(season, MONDAY + timedelta(days=14), 0.5, lambda: 0.5)
    assert rest == pytest.approx(0.5)


def test_days_and_weekends_are_no_changes_where_they_are_allowed_for_and_are_where_not():
    source = np.random.default_rng(6)
    seen = [Observation(at=each.at, value=float(source.random() < each.value)) for each in observations(3, an_hour=60)]
    seasonal = [reading.status for _, reading in told(seen, MeanChange(seasonal=True))[1]]
    plain = [reading.status for _, reading in told(seen, MeanChange())[1]]
    assert seasonal == ["normal"]
    assert plain.count("breached") > 10


def test_a_change_of_level_is_seen_through_the_pattern():
    _, readings = told(observations(4, jump_in_last=0.1), MeanChange(seasonal=True))
    assert [reading.status for _, reading in readings][:2] == ["normal", "breached"]
    at, reading = readings[1]
    assert timedelta(0) < at - (MONDAY + timedelta(weeks=3)) < timedelta(hours=12)
    assert reading.value - reading.threshold == pytest.approx(0.1, abs=0.03)


def test_a_gap_of_two_weeks_and_a_clock_that_goes_back_are_no_change():
    """FAILURES 70."""
    asked = MeanChange(seasonal=True)
    seen = list(observations(3))
    state, _ = told(seen, asked)
    later = [Observation(at=each.at + timedelta(weeks=4), value=each.value) for each in seen[: len(seen) // 3]]
    for each in [*later, *seen[-840:]]:
        state, reading = DETECTOR.observe(state, asked, each, 1.0)
        assert reading is None


def test_values_that_come_late_end_no_hour_and_teach_nothing():
    state = Seasonality()
    for hour in range(HOURS + 3):
        state, _ = expected(state, MONDAY + timedelta(hours=hour), usual(hour), lambda: 0.2)
    late = MONDAY + timedelta(hours=HOURS + 1, minutes=59)
    for _ in range(20):
        state, left = expected(state, late, 9.0, lambda: 0.2)
        assert left == pytest.approx(9.0, abs=0.3)
        state, _ = expected(state, late + timedelta(minutes=2), usual(2), lambda: 0.2)
    assert state.hour == 2
    assert max(each or 0.0 for each in state.usual) < 0.5


def test_the_pattern_is_small_json():
    state, _ = told(observations(3), MeanChange(seasonal=True))
    assert len(state.season.model_dump_json()) < 2_500
    assert type(state).model_validate_json(state.model_dump_json()) == state
