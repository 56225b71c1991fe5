from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from agents.monitors.counting import BUCKETS, Window
from tests.agents.monitors.worlds import at

HOUR = 3_600.0
ADAPTER = TypeAdapter(Window)


@given(st.lists(st.tuples(st.floats(0, 3 * HOUR), st.booleans()), max_size=200))
def test_a_window_counts_what_came_in_its_length_to_a_sixtieth(events: list[tuple[float, bool]]) -> None:
    window = Window()
    latest = 0.0
    for second, bad in events:
        latest = max(latest, second)
        window = window.adding(at(second), float(bad), HOUR)
    window = window.at(at(latest), HOUR)
    first = (latest * BUCKETS // HOUR - BUCKETS + 1) * HOUR / BUCKETS
    recent = [(second, bad) for second, bad in events if second >= first]
    assert len(recent) - _late(events) <= window.events <= len(recent)
    assert window.amount <= window.events
    assert len(window.older) < BUCKETS
    assert ADAPTER.validate_json(ADAPTER.dump_json(window)) == window


def _late(events: list[tuple[float, bool]]) -> int:
    """How many came when they were too old already."""
    latest, late = 0.0, 0
    for second, _ in events:
        latest = max(latest, second)
        late += latest // (HOUR / BUCKETS) - second // (HOUR / BUCKETS) >= BUCKETS
    return late


def test_in_order_it_counts_exactly() -> None:
    window = Window()
    for second in range(0, 7_200, 10):
        window = window.adding(at(second), 1.0, HOUR)
    assert window.events == 6 * 60
    assert window.at(at(7_200 + 1_800), HOUR).events == 6 * 30 - 6
    assert window.at(at(20_000), HOUR) == Window()


def test_an_event_that_is_late_counts_where_it_belongs_and_one_that_is_too_late_does_not() -> None:
    window = Window().adding(at(HOUR), 0.0, HOUR).adding(at(HOUR - 600), 1.0, HOUR).adding(at(HOUR - 590), 1.0, HOUR)
    assert (window.events, window.amount) == (3, 2.0)
    assert window.adding(at(-10), 1.0, HOUR) == window
    assert window.share == 2 / 3
    assert Window().share == 0.0
