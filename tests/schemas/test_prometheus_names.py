"""Names as the compatibility page of OpenTelemetry's specification has them."""

import pytest

from schemas import metrics
from schemas.prometheus_names import label_name, metric_name, samples


@pytest.mark.parametrize(
    ("name", "unit", "counter", "expected"),
    [
        ("messaging.process.duration", "s", False, ("messaging_process_duration_seconds", "seconds")),
        ("process.memory.usage", "By", False, ("process_memory_usage_bytes", "bytes")),
        ("ragstream.answers", "{answer}", True, ("ragstream_answers", "")),
        ("a.share", "1", False, ("a_share_ratio", "ratio")),
        ("a.count", "1", True, ("a_count", "")),
        ("a.seconds", "s", False, ("a_seconds", "seconds")),
    ],
)
def test_a_name_says_its_unit_in_words(name, unit, counter, expected):
    assert metric_name(name, unit, counter=counter) == expected


def test_a_label_has_no_dots():
    assert label_name("gen_ai.token.type") == "gen_ai_token_type"


def test_samples_of_each_kind_have_their_endings():
    assert samples(metrics.ANSWERS) == ("ragstream_answers_total",)
    assert samples(metrics.LAG) == ("ragstream_consumer_lag",)
    assert samples(metrics.PROCESS_DURATION) == tuple(
        f"messaging_process_duration_seconds_{each}" for each in ("bucket", "sum", "count")
    )
