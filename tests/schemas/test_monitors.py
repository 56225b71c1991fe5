import pytest
from pydantic import ValidationError

from schemas.monitors import MonitorDefined, Threshold


def test_a_threshold_has_one_bound():
    for bounds in ({}, {"above": 1.0, "below": 0.0}):
        with pytest.raises(ValidationError, match="either `above` or `below`"):
            Threshold(**bounds)


def test_a_definitions_version_is_that_of_what_it_asks_for():
    asked = {"name": "slow", "source": "answers", "signal": "latency_ms", "detector": Threshold(above=1.0)}
    first = MonitorDefined(**asked)
    assert first.version == MonitorDefined(**asked, about="other words").version
    assert first.version != MonitorDefined(**asked, for_s=5.0).version
    assert first.slot == "default/slow#monitor"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
@pytest.mark.parametrize(
    "detector",
    [
        {"kind": "threshold", "above": 1.0},
        {"kind": "burn-rate", "objective": 0.9, "good_below": 1.0},
        {"kind": "mean-change", "high": 1.0},
        {"kind": "rate", "above": 1.0},
    ],
)
def test_a_number_that_json_has_not_is_refused_before_it_gets_lost_on_the_way(detector, number):
    asked = {"name": "slow", "source": "answers", "signal": "latency_ms"}
    MonitorDefined(**asked, detector=detector)
    with pytest.raises(ValidationError, match="finite number"):
        MonitorDefined(**asked, detector={**detector, list(detector)[-1]: number})
