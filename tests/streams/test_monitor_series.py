import pytest

from streams.monitor_series import BARS, MOST, Series, marks, sparkline
from tests.agents.monitors.worlds import at


def test_means_over_time_are_drawn_as_bars_with_blanks_where_nothing_came():
    series = Series()
    for second in [*range(300), *range(600, 900)]:
        series.add(at(second), second / 900)
    means = series.means(at(0), at(900), 9)
    assert [each is None for each in means] == [False] * 3 + [True] * 3 + [False] * 3
    line = sparkline(means)
    assert (line[0], line[3:6], line[-1]) == (BARS[0], "   ", BARS[-1])
    assert series.count == 600


def test_however_long_the_past_is_only_so_many_stretches_are_kept():
    series = Series()
    for hour in range(24 * 365):
        series.add(at(hour * 3_600), 1.0)
    assert len(series.sums) <= MOST
    assert series.count == 24 * 365
    assert series.means(at(0), at(24 * 365 * 3_600), 4) == pytest.approx([1.0] * 4)


def test_a_constant_or_nothing_at_all_is_drawn_too():
    assert sparkline([1.0, 1.0]) == BARS[0] * 2
    assert sparkline([]) == ""
    assert sparkline([None]) == " "


def test_what_was_raised_is_marked():
    assert marks([(at(50), at(60))], at(0), at(100), 10) == "     ^^"
    assert marks([(at(-50), at(500))], at(0), at(100), 5) == "^^^^^"
    assert marks([], at(0), at(100)) == ""
