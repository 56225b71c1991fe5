"""A stranger's `traceparent` through every hop, over `kill -9`, as a collector receives it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from infra.settings import Settings
from schemas.monitors import MonitorDefined, Threshold
from streams.codec import encode
from streams.records import Record
from streams.topics import TopicNames
from tests.infra.scripted_llm import HOLD, Reply, says
from tests.live.otlp_receiver import OtlpReceiver, Received, otlp_receiver
from tests.live.scripted_model import ScriptedModel, scripted_model
from tests.live.topic_reader import read_all
from tests.live.workers import environment

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

DOCUMENTS = 12
ROLES = ("plan", "index", "answer", "learn", "watch")
FERRY = "The ferry to Lastovo leaves Split at five in the morning. Bicycles travel free of charge."
QUESTION = "When does the ferry to Lastovo leave Split?"
SAID = says("The ferry to Lastovo leaves Split at five [1].")
ANSWERED = MonitorDefined(
    event_id="m",
    name="answered",
    at=datetime.now(UTC),
    source="answers",
    signal="latency_ms",
    detector=Threshold(above=0),
)


class Workers:
    """One process a role, which export to the receiver: `index` over gRPC, the others over HTTP."""

    def __init__(self, settings: Settings, receiver: OtlpReceiver, model: ScriptedModel) -> None:
        self.settings = settings
        self.model = model
        self.receiver = receiver
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, role: str) -> None:
        rpc = role == "index"
        given = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.receiver.grpc if rpc else self.receiver.http,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc" if rpc else "http/protobuf",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "RAGSTREAM_GENERATOR__KIND": "openai",
            "RAGSTREAM_GENERATOR__BASE_URL": self.model.base_url,
            "RAGSTREAM_GENERATOR__MODEL": "scripted",
            "RAGSTREAM_KAFKA__SESSION_TIMEOUT_S": "6",
            "RAGSTREAM_KAFKA__HEARTBEAT_S": "1",
        }
        self.ready(role).unlink(missing_ok=True)
        self.processes[role] = subprocess.Popen(
            [sys.executable, "-m", "streams.cli", "worker", role],
            env=environment(self.settings) | given,
            stderr=subprocess.DEVNULL,
        )

    def ready(self, role: str):
        return self.settings.home / "run" / f"worker-{role}.ready"

    def wait(self) -> None:
        for role, process in self.processes.items():
            while not self.ready(role).exists():
                assert process.poll() is None, f"{role} ended while it was starting"
                time.sleep(0.1)

    def kill(self, role: str) -> None:
        self.processes[role].kill()
        self.processes[role].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(30)


@pytest.fixture
def workers(live_stack: Settings) -> Iterator[Workers]:
    name = f"tr{uuid4().hex[:8]}"
    settings = live_stack.model_copy(update={"namespace": name, "home": live_stack.home / name})
    with otlp_receiver() as receiver, scripted_model() as model:
        workers = Workers(settings, receiver, model)
        try:
            for role in ROLES:
                workers.start(role)
            workers.wait()
            yield workers
        finally:
            for role in workers.processes:
                workers.kill(role)


def traceparent() -> tuple[str, str, bytes]:
    """A trace id, a span id, and the header that says them."""
    trace_id, span_id = os.urandom(16).hex(), os.urandom(8).hex()
    return trace_id, span_id, f"00-{trace_id}-{span_id}-01".encode()


def hops(receiver: OtlpReceiver, trace_id: str) -> list[Received]:
    """The spans of records, in the order in which they began, each id once."""
    return [each for each in receiver.trace(trace_id).values() if "messaging.kafka.offset" in each.attributes]


async def test_every_hop_is_in_the_producers_trace_once_over_kill_dash_nine(workers: Workers) -> None:
    """Must hold 1 of issue 8; FAILURES 73."""
    prefix, bootstrap = f"{workers.settings.namespace}.", str(workers.settings.kafka.bootstrap)
    documents = {f"doc-{number}": traceparent() for number in range(DOCUMENTS)}
    asked, voted = traceparent(), traceparent()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()

    async def send(topic: str, value: dict[str, object], header: bytes) -> None:
        raw, key = json.dumps(value).encode(), str(next(iter(value.values()))).encode()
        await producer.send_and_wait(f"{prefix}{topic}", raw, key=key, headers=[("traceparent", header)])

    monitor = encode(ANSWERED, TopicNames(workers.settings.namespace), "test")
    try:
        await producer.send_and_wait(monitor.topic, monitor.value, key=monitor.key)
        for number, (doc_id, (_, _, header)) in enumerate(documents.items()):
            await send("documents", {"doc_id": doc_id, "text": f"{FERRY} Sailing {number}."}, header)
            if number == DOCUMENTS // 2:
                workers.kill("index")
                workers.kill("plan")
        workers.start("plan")
        workers.start("index")
        await read_all(
            bootstrap, f"{prefix}index-log", DOCUMENTS, distinct=lambda record: json.loads(record.value)["doc_id"]
        )
        workers.model.answers(Reply([HOLD]))
        await send("queries", {"query_id": "q", "text": QUESTION, "deadline_ms": 120_000}, asked[2])
        while not any(each.name == "retrieval" for each in workers.receiver.spans):
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)  # it waits for the model now
        workers.kill("answer")
        workers.model.answers(SAID)
        workers.start("answer")
        [answered] = await read_all(bootstrap, f"{prefix}answers", 1)
        answer = json.loads(answered.value)
        await read_all(bootstrap, f"{prefix}feedback", 1)  # that somebody saw the answer
        await send("feedback", {"answer_id": answer["answer_id"], "score": 1, "user_id": "ann"}, voted[2])
        await read_all(
            bootstrap,
            f"{prefix}outcomes",
            1,
            distinct=lambda record: json.loads(record.value).get("metric") == "feedback" or None,
        )
        [alert] = [each for each in await read_all(bootstrap, f"{prefix}alerts", 1, distinct=tells) if tells(each)]
    finally:
        await producer.stop()
    workers.stop()
    receiver = workers.receiver
    for trace_id, span_id, _ in documents.values():
        names = (f"plan {prefix}documents", f"index {prefix}chunks")
        planned, indexed = (each for each in hops(receiver, trace_id) if each.name in names)
        assert (planned.name, indexed.name) == names
        assert (planned.parent_id, indexed.parent_id) == (span_id, planned.span_id)
        assert planned.start < indexed.start
        assert {each.name for each in receiver.trace(trace_id).values()} >= {"parse", "screen", "chunk"}
    the_batches(receiver, documents)
    the_question(receiver, asked, answer, prefix)
    the_feedback(receiver, voted, asked, prefix)
    the_alert(receiver, alert, asked, prefix)


def tells(record: Record) -> bool | None:
    """Whether it is the alert that an answer was given."""
    return json.loads(record.value or b"{}").get("alert") == ANSWERED.name or None


def the_batches(receiver: OtlpReceiver, documents: dict[str, tuple[str, str, bytes]]) -> None:
    """Each is a trace of its own, tied to the records that it was for and they to it."""
    batches = {(each.trace_id, each.span_id): each for each in receiver.spans if each.name.endswith(" batch")}
    hopped = {(each.trace_id, each.span_id) for each in receiver.spans if "messaging.kafka.offset" in each.attributes}
    assert {link for each in batches.values() for link in each.links} <= hopped
    for hop in (each for trace_id, *_ in documents.values() for each in hops(receiver, trace_id)):
        assert all((hop.trace_id, hop.span_id) in batches[link].links for link in hop.links)
    assert {each.parent_id for each in batches.values()} <= {""}


def the_question(receiver: OtlpReceiver, asked: tuple[str, str, bytes], answer: dict[str, object], prefix: str) -> None:
    """It was in hand twice, and is there once, with all its steps below it."""
    assert answer["type"] == "AnswerServed"
    found = {each.name: each for each in hops(receiver, asked[0]) if not each.name.startswith("watch ")}
    watching = [each for each in hops(receiver, asked[0]) if each.name == f"watch {prefix}signals"]
    assert len(hops(receiver, asked[0])) == len(found) + len(watching)
    assert len({each.attributes["messaging.message.id"] for each in watching}) == len(watching)
    names = ("answer queries", "expose answers", "join feedback", "observe-answers answers", "alert conditions")
    answered, exposed, joined, observed, alerted = (found[each.replace(" ", f" {prefix}")] for each in names)
    assert answered.parent_id == asked[1]
    assert (exposed.parent_id, joined.parent_id) == (answered.span_id, exposed.span_id)
    assert {each.parent_id for each in watching} == {observed.span_id}
    assert observed.parent_id == answered.span_id
    assert alerted.parent_id in {each.span_id for each in watching}
    assert answered.start < exposed.start < joined.start
    retrievals = [each for each in receiver.spans if each.name == "retrieval" and each.trace_id == asked[0]]
    assert len(retrievals) == 2, "both tries were exported"
    assert {each.span_id for each in retrievals} == {retrievals[0].span_id}
    assert retrievals[0].parent_id == answered.span_id
    spans = receiver.trace(asked[0])
    assert {each.parent_id for each in spans.values()} <= {asked[1], *spans}, "no step is without its parent"
    assert [each.name for each in spans.values()].count("chat scripted") == 1


def the_feedback(
    receiver: OtlpReceiver, voted: tuple[str, str, bytes], asked: tuple[str, str, bytes], prefix: str
) -> None:
    joined = hops(receiver, voted[0])[0]
    assert (joined.name, joined.parent_id) == (f"join {prefix}feedback", voted[1])
    exposed = next(each for each in hops(receiver, asked[0]) if each.name.startswith("expose "))
    assert (asked[0], exposed.span_id) in joined.links


def the_alert(receiver: OtlpReceiver, alert: Record, asked: tuple[str, str, bytes], prefix: str) -> None:
    """It is in the question's trace, though a timer may have told it; then the timer's span is linked to that trace."""
    assert (alert.header("traceparent") or "").split("-")[1] == asked[0]
    told = [each for each in receiver.spans if "AlertFired" in str(each.attributes.get("ragstream.outputs"))]
    assert {each.name for each in told} == {f"alert {prefix}conditions"}
    assert any(asked[0] in {each.trace_id, *(trace_id for trace_id, _ in each.links)} for each in told)
