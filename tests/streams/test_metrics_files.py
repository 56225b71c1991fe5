"""The dashboard, the alert rules and the tables: as they are committed, and about nothing that workers do not tell."""

import json
import re
from urllib.request import Request, urlopen

import pytest
import yaml
from opentelemetry.metrics import Observation
from opentelemetry.sdk.resources import Resource
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from infra.metrics import make_provider
from infra.prometheus_endpoint import Exposition, PrometheusEndpoint
from schemas.metrics import EVENTS, METRICS, SPANS_DROPPED
from schemas.prometheus_names import samples
from streams.metric_alerts import RULES
from streams.metric_panels import ROWS
from streams.metrics_files import ALERTS, BEGIN, COLUMNS, DASHBOARD, END, files, with_tables
from streams.roles import ROLES

PANELS = [panel for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]] + [rule.expression for rule in RULES]
OF_METRICS = re.compile(r"\b(?:ragstream|messaging|gen_ai|process|hw|cpu|error)_[a-z0-9_]+")


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_what_is_committed_is_what_the_registry_gives(path):
    assert path.read_text("utf-8") == files()[path], "run `make docs`"


@pytest.fixture(scope="module")
def told():
    """Names of samples, and of labels, as the endpoint gives them when every metric was told once."""
    exposition = Exposition(Resource({}))
    meter = make_provider(Resource({}), [exposition]).get_meter("test")
    observed = {"hw.gpu.memory.usage", "hw.gpu.memory.limit", "process.memory.usage"}
    for metric in METRICS.values():
        labels = {each.name: "x" for each in metric.attributes}
        if metric.kind == "gauge" or metric.name in observed:
            metric.on(meter, lambda _, labels=labels: [Observation(1, labels)])
        else:
            instrument = metric.on(meter)
            (instrument.add if metric.kind == "counter" else instrument.record)(1, labels)
    endpoint = PrometheusEndpoint(exposition, "127.0.0.1", 0)
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    with urlopen(Request(f"http://{endpoint.address}/metrics", headers=accept)) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    endpoint.close()
    found = [sample for family in families for sample in family.samples]
    return {sample.name for sample in found}, {label for sample in found for label in sample.labels}


def test_every_registered_metric_is_told_under_the_name_that_the_registry_foresees(told):
    assert {name for metric in METRICS.values() for name in samples(metric)} <= told[0]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_name_in_an_expression_is_one_that_workers_tell(expression, told):
    names, labels = told
    assert set(OF_METRICS.findall(expression)) - names - labels == set()
    assert set(OF_METRICS.findall(expression)) & names or re.search(r"\bup\{role=~", expression)  # Prometheus's own
    assert expression.count("(") == expression.count(")")


def test_every_registered_metric_is_on_the_dashboard():
    shown = " ".join(EXPRESSIONS)
    assert [name for name, metric in METRICS.items() if not any(each in shown for each in samples(metric))] == []


def test_panels_lie_side_by_side_and_never_on_one_another():
    cells = [
        (x, y)
        for panel in PANELS
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < COLUMNS
    assert len({panel["id"] for panel in PANELS}) == len(PANELS) == sum(len(row) for _, row in ROWS)


def test_slow_buckets_lead_to_traces():
    assert all(
        target["exemplar"] == target["expr"].startswith("histogram_quantile")
        for panel in PANELS
        for target in panel["targets"]
    )


def test_each_alert_says_what_is_the_matter_and_how_bad_that_is():
    rules = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"Ragstream[A-Z][A-Za-z]+", rule["alert"])
        assert re.fullmatch(r"\d+m", rule["for"])
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}
        assert rule["annotations"]["summary"].endswith(".")
        used = re.findall(r"\$labels\.([a-z_]+)", rule["annotations"]["summary"])
        assert all(re.search(rf"by \([a-z_, ]*\b{label}\b", rule["expr"]) for label in used)


def test_what_a_rule_counts_begins_at_0_before_it_happens():
    """A series that begins with what it counts is no increase: a burst between two scrapes would never be told."""
    counted = {name for rule in RULES for name in re.findall(r"increase\((\w+)", rule.expression)}
    assert counted == {samples(EVENTS)[0], samples(SPANS_DROPPED)[0]}


def test_each_role_that_is_no_longer_read_is_told():
    [expression] = [rule.expression for rule in RULES if rule.name == "RagstreamWorkerAway"]
    [roles] = re.findall(r'role=~"([a-z|]+)"', expression)
    assert set(roles.split("|")) == set(ROLES)


def test_a_page_without_markers_is_refused():
    assert with_tables(f"a\n{BEGIN}\nold\n{END}\nb").startswith(f"a\n{BEGIN}\n| metric |")
    with pytest.raises(ValueError, match="the page needs the markers"):
        with_tables("a page")
