import base64

import pytest

from schemas.monitors import SignalsObserved, Threshold
from streams.monitor_checks import looks_at
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
