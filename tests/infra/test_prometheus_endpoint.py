"""The text that Prometheus reads, parsed by prometheus_client's own parser."""

from urllib.request import Request, urlopen

import pytest
from opentelemetry.metrics import Observation
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import set_span_in_context
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_plain

from infra.metrics import make_provider
from infra.prometheus_endpoint import Exposition, PrometheusEndpoint
from schemas import metrics

OPEN = "application/openmetrics-text; version=1.0.0"


class Served:
    def __init__(self):
        self.exposition = Exposition(Resource({"service.name": 'a "quoted" name'}))
        self.meter = make_provider(Resource({}), [self.exposition]).get_meter("ragstream")
        self.endpoint = PrometheusEndpoint(self.exposition, "127.0.0.1", 0)

    def read(self, accept=OPEN):
        with urlopen(Request(f"http://{self.endpoint.address}/metrics", headers={"Accept": accept})) as answer:
            return answer.read().decode()

    def samples(self, accept=OPEN):
        parse = parse_openmetrics if accept == OPEN else parse_plain
        return {
            (sample.name, *sorted(sample.labels.items())): sample
            for family in parse(self.read(accept))
            for sample in family.samples
        }


@pytest.fixture
def served():
    made = Served()
    yield made
    made.endpoint.close()


@pytest.mark.parametrize("accept", [OPEN, "text/plain"])
def test_counters_gauges_and_histograms_are_read_as_what_they_are(served, accept):
    metrics.ANSWERS.on(served.meter).add(3, {"ragstream.answer.outcome": "AnswerServed", "ragstream.tenant": "acme"})
    metrics.LAG.on(served.meter, lambda _: [Observation(5, {"ragstream.role": "plan"})])
    metrics.STEP_DURATION.on(served.meter).record(0.2, {"ragstream.step": "parse"})
    found = served.samples(accept)
    outcome, tenant = ("ragstream_answer_outcome", "AnswerServed"), ("ragstream_tenant", "acme")
    assert found["ragstream_answers_total", outcome, tenant].value == 3
    assert found["ragstream_consumer_lag", ("ragstream_role", "plan")].value == 5
    step = ("ragstream_step", "parse")
    name = "ragstream_step_duration_seconds"
    assert found[f"{name}_bucket", ("le", "0.1"), step].value == 0
    assert found[f"{name}_bucket", ("le", "0.25"), step].value == 1
    assert found[f"{name}_bucket", ("le", "+Inf"), step].value == 1
    assert found[f"{name}_sum", step].value == 0.2
    assert found["target_info", ("service_name", 'a "quoted" name')].value == 1


def test_a_bucket_leads_to_the_trace_of_its_latest_value(served):
    span = TracerProvider(shutdown_on_exit=False).get_tracer("x").start_span("work")
    duration = metrics.STEP_DURATION.on(served.meter)
    duration.record(0.2, {"ragstream.step": "parse"}, set_span_in_context(span))
    duration.record(99.0, {"ragstream.step": "parse"}, set_span_in_context(span))
    found = served.samples()
    context = span.get_span_context()
    for bound, value in (("0.25", 0.2), ("+Inf", 99.0)):
        example = found["ragstream_step_duration_seconds_bucket", ("le", bound), ("ragstream_step", "parse")].exemplar
        assert example.labels == {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
        assert example.value == value


def test_a_series_stays_what_it_is_when_another_has_more_attributes(served):
    counter = metrics.DEAD_LETTERS.on(served.meter)
    counter.add(1, {"ragstream.stage": "plan"})
    counter.add(2, {"ragstream.stage": "plan", "error.type": "Malformed"})
    found = {key[1:]: sample.value for key, sample in served.samples().items() if "dead_letters" in key[0]}
    plan = ("ragstream_stage", "plan")
    assert found == {(plan,): 1, (("error_type", "Malformed"), plan): 2}


def test_before_anything_was_measured_there_is_something_to_read(served):
    assert served.read().endswith("# EOF\n")


def test_a_port_that_is_taken_is_an_error(served):
    port = int(served.endpoint.address.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        PrometheusEndpoint(served.exposition, "127.0.0.1", port)


def test_an_ipv6_host_stands_in_brackets_as_prometheus_wants_it():
    endpoint = PrometheusEndpoint(Exposition(Resource({})), "::1", 0)
    with urlopen(f"http://{endpoint.address}/metrics") as answer:
        assert answer.status == 200
    endpoint.close()
    assert endpoint.address.startswith("[::1]:")
