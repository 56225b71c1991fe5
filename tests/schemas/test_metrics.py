"""The registry of metrics: names as OpenTelemetry wants them, and never more series than somebody can pay for."""

import re

import pytest

from schemas import metric_buckets
from schemas.metrics import METRICS, Attribute, Metric

EVERY = list(METRICS.values())
MOST_VALUES = 64


@pytest.mark.parametrize("metric", EVERY, ids=METRICS)
def test_a_name_has_lower_case_words_and_dots_and_no_unit(metric):
    assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", metric.name)
    assert not metric.name.endswith(("_total", "_seconds", "_bytes", ".total"))
    assert metric.description.endswith(".")


@pytest.mark.parametrize("metric", EVERY, ids=METRICS)
def test_a_histogram_and_nothing_else_has_buckets_that_grow(metric):
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert list(metric.buckets) == sorted(set(metric.buckets))
    assert len(metric.buckets) < 20


@pytest.mark.parametrize("metric", EVERY, ids=METRICS)
def test_no_metric_is_split_by_anything_that_grows(metric):
    """FAILURES 77."""
    assert all(0 < (len(each.values) or each.most) <= MOST_VALUES for each in metric.attributes)
    assert not [
        each.name for each in metric.attributes if re.search(r"(doc|query|answer|event|user|session)_id", each.name)
    ]


def test_each_metric_and_each_attribute_is_there_once():
    assert len({each.name for each in EVERY}) == len(EVERY)
    by_name = {}
    for attribute in (each for metric in EVERY for each in metric.attributes):
        assert by_name.setdefault(attribute.name, attribute) is attribute


class Meter:
    """Says what it is asked for."""

    def __getattr__(self, name):
        return lambda *arguments, **options: (name, arguments, options)


def test_an_instrument_is_made_as_the_registry_says():
    sizes = Metric("a.size", "histogram", "By", "Sizes.", (Attribute("x", "X."),), (1.0, 2.0))
    about = {"unit": "By", "description": "Sizes.", "explicit_bucket_boundaries_advisory": (1.0, 2.0)}
    assert sizes.on(Meter()) == ("create_histogram", ("a.size",), about)
    level = Metric("a.level", "gauge", "1", "Level.")
    assert level.on(Meter(), len) == (
        "create_observable_gauge",
        ("a.level", [len]),
        {"unit": "1", "description": "Level."},
    )


def test_buckets_of_conventions_are_theirs():
    """As the conventions for messaging and for GenAI write them."""
    assert metric_buckets.MESSAGING_SECONDS[:3] == (0.005, 0.01, 0.025)
    assert tuple(0.01 * 2**power for power in range(14)) == metric_buckets.GEN_AI_SECONDS
    assert metric_buckets.GEN_AI_TOKENS[-1] == 67_108_864
