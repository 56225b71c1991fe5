"""Workers as `ragstream up` starts them, read as Prometheus reads them."""

from urllib.request import Request, urlopen

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from infra.settings import Settings
from schemas.metrics import METRICS
from schemas.prometheus_names import label_name, samples
from streams.roles import ROLES
from tests.live.workers import ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

KNOWN = {name for metric in METRICS.values() for name in samples(metric)}
LABELS = {label_name(each.name) for metric in METRICS.values() for each in metric.attributes} | {"le"}


def read(address):
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    with urlopen(Request(f"http://{address}/metrics", headers=accept), timeout=10) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    return [sample for family in families if family.name != "target" for sample in family.samples]


TOLD = {"metered", "other"}
"""What the tenant is called: the last, where other tests' tenants came first and took the places that there are."""


def named(found, name, **labels):
    """What was told at least once: counters begin at 0."""
    return [each for each in found if each.name == name and labels.items() <= each.labels.items() and each.value]


def test_what_a_question_and_a_document_took_is_read_at_the_workers_endpoints(live_workers: Settings, tmp_path) -> None:
    (tmp_path / "ferry.md").write_text("# Ferries\n\nThe ferry to Hvar leaves Split at nine in the morning.\n")
    ragstream_json(live_workers, "ingest", str(tmp_path), "--wait", "--tenant", "metered")
    answer = ragstream_json(live_workers, "ask", "When does the ferry to Hvar leave Split?", "--tenant", "metered")
    roles = ragstream_json(live_workers, "status")["roles"]
    addresses = {role: roles[role]["metrics"][0] for role in ROLES}
    assert all(each.startswith("127.0.0.1:") for each in addresses.values())
    found = {role: read(address) for role, address in addresses.items()}
    everything = [each for samples in found.values() for each in samples]
    assert {each.name for each in everything} <= KNOWN
    assert {label for each in everything for label in each.labels} <= LABELS
    answered = named(found["answer"], "ragstream_answers_total", ragstream_answer_outcome=answer["type"])
    assert {each.labels["ragstream_tenant"] for each in answered} & TOLD
    assert {each.labels["ragstream_tenant"] for each in named(found["index"], "ragstream_documents_total")} & TOLD
    assert named(found["index"], "ragstream_model_run_tokens_count")
    buckets = named(found["answer"], "ragstream_question_duration_seconds_bucket", ragstream_question_step="total")
    assert answer["provenance"]["trace_id"] in {each.exemplar.labels["trace_id"] for each in buckets if each.exemplar}
    targets = {path.name for path in (live_workers.home / "run").glob("*.targets.json")}
    assert targets == {f"worker-{role}.targets.json" for role in ROLES}
