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
