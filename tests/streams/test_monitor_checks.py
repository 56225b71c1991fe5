import base64

import pytest

from agents.monitors import MAX_DEFINED
from schemas.failures import ConfigurationError
from schemas.monitors import SignalsObserved, Threshold
from streams.monitor_checks import check_room, looks_at
from tests.agents.monitors.worlds import monitor

SLOW = monitor(Threshold(above=1.0))
SEEN = SignalsObserved(
    tenant="acme",
    source="answers",
    values={"latency_ms": 1.0},
    labels={"language": "de"},
    vector=base64.b64encode(b"x"),
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"signal": "latency_s"}, False),
        ({"signal": "latency*"}, True),
        ({"signal": "lag*"}, False),
        ({"signal": "language"}, True),
        ({"signal": "question"}, True),
        ({"source": "index"}, False),
        ({"tenant": "other"}, False),
        ({"where": {"language": "de"}}, True),
        ({"where": {"language": "en"}}, False),
    ],
)
def test_a_monitor_looks_at_its_signal_of_its_tenant_and_source_under_its_labels(changes, expected):
    assert looks_at(SLOW.model_copy(update=changes), SEEN) is expected


def test_there_is_room_for_so_many_of_a_source():
    many = [monitor(Threshold(above=1.0), name=f"m{number}") for number in range(MAX_DEFINED)]
    check_room(many, [many[0]])
    check_room(many, [SLOW.model_copy(update={"source": "index"}), SLOW.model_copy(update={"disabled": True})])
    with pytest.raises(ConfigurationError, match="65 monitors of answers, and at most 64"):
        check_room(many, [SLOW])
