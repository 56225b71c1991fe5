"""What a world tells of itself in numbers: metrics that are registered, all of them, and the endpoint's own words."""

import asyncio

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from infra import chat_span, onnx_engine, openai_chat_model, process_metrics
from infra.metrics import _observe
from infra.onnx_engine import OnnxEngine
from infra.onnx_rows import Row, pooled
from infra.onnx_session import open_session
from infra.openai_chat_model import OpenAIChatModel
from infra.settings import EmbedderSettings, GeneratorSettings
from schemas import metrics
from schemas.conditions import ConditionRaised
from schemas.failures import PermanentError, TransientError
from schemas.metrics import METRICS
from streams import tracing
from streams.event_metrics import JOIN
from streams.meters import GAUGES
from streams.patience import Patience
from streams.retry import Backoff
from streams.roles import ROLES
from tests.agents.dispatching.samples import subscribed
from tests.contracts.chat_model_contract import answered
from tests.infra.models.tiny_bert import tiny_model
from tests.infra.scripted_llm import ScriptedLlm, refuses, says
from tests.journeys.stories import FERRY
from tests.journeys.test_dispatching import World as DispatchingWorld
from tests.journeys.test_in_memory import MemoryWorld
from tests.journeys.test_signals import SampledWorld
from tests.journeys.test_traces import CARD, QUESTION, everything
from tests.journeys.traced_world import SAID, traced_world
from tests.journeys.world import ask, put
from tests.readings import Readings
from tests.streams import playbook
from tests.streams.samples import clock


class OneGpu:
    def read(self):
        yield 0, 5, 9


@pytest.fixture
def told(monkeypatch):
    """Every instrument that a worker has, on one reader."""
    readings = Readings()
    spans = TracerProvider(shutdown_on_exit=False)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", spans)
    for module in (tracing, chat_span):
        monkeypatch.setattr(module, "_tracer", spans.get_tracer("test"))
    monkeypatch.setattr(process_metrics.GpuMemory, "found", OneGpu)
    _observe(readings.provider, lambda: 0)
    monkeypatch.setattr(onnx_engine, "_duration", metrics.RUN_DURATION.on(readings.meter))
    monkeypatch.setattr(onnx_engine, "_tokens", metrics.RUN_SIZE.on(readings.meter))
    monkeypatch.setattr(openai_chat_model, "_retries", metrics.MODEL_RETRIES.on(readings.meter))
    with readings.measuring():
        yield readings


async def run_a_model(folder):
    model, settings = tiny_model(folder), EmbedderSettings(device="cpu")
    engine = OnnxEngine("tested", model, open_session(model, settings), settings, pad_id=0, finish=pooled)
    await engine.run([Row([5, 6, 7])], urgent=True)
    engine.close()


async def ask_twice():
    settings = {"kind": "openai", "model": "small", "retries": 1}
    async with ScriptedLlm(refuses(500), says("Yes.")) as server:
        model = OpenAIChatModel(GeneratorSettings(base_url=server.base_url, **settings), jitter=lambda: 0.0)
        await answered(model)
        await model.close()


async def refuse(*_):
    raise PermanentError("no room")


async def tell_a_subscriber():
    async with DispatchingWorld().running() as world:
        world.books.subscriptions.apply(subscribed("log", channel="log", target="", at=world.now))
        raised = {"event_id": "c", "fingerprint": "f", "name": "away", "at": world.now, "since": world.now}
        await world.publish(ConditionRaised(**raised))
        await world.pass_time(2)


async def wait_for_something():
    """Cancelled while it waits, so that it still does."""
    world = playbook.World()
    stage = playbook.handler_stage(None)
    patience = Patience(stage, playbook.NAMES, world, clock, Backoff(sleep=world.sleep, alert_after=1))

    async def away():
        await asyncio.sleep(0)
        raise TransientError("away")

    [record] = playbook.docs("x")
    waiting = asyncio.ensure_future(patience.persist(away, record))
    while not world.conditions:
        await asyncio.sleep(0)
    return waiting


async def test_every_metric_that_is_told_is_registered_and_every_registered_one_is_told(told, tmp_path):
    async with traced_world(prices=(1.0, 2.0)) as world:
        await everything(world)
        await put(world, "card", f"{FERRY} Pay with {CARD}.")
        await ask(world, f"My card is {CARD}: {QUESTION}")
    async with traced_world(replies=(refuses(500),)) as world:
        await put(world, "ferry", FERRY)
        await ask(world, QUESTION)
        world.index.upsert = refuse
        await put(world, "other", FERRY)
    async with SampledWorld().running() as world:
        await world.tick()
        await world.driver.expire()
    await tell_a_subscriber()
    await run_a_model(tmp_path)
    await ask_twice()
    waiting = await wait_for_something()
    found = told.points()
    waiting.cancel()
    assert {name for name, _, _ in found} == set(METRICS)
    allowed = {metric.name: {each.name for each in metric.attributes} for metric in METRICS.values()}
    assert [(name, sorted(labels)) for name, labels, _ in found if not labels.keys() <= allowed[name]] == []
    told_apart = {(name, label) for name, labels, _ in found for label in labels}
    registered = {(metric.name, each.name) for metric in METRICS.values() for each in metric.attributes}
    assert registered - told_apart == set()
    models = {labels[metrics.MODEL.name] for _, labels, _ in found if metrics.MODEL.name in labels}
    assert not [each for each in models if "@" in each]  # as on spans, so that the two can be laid beside each other


async def test_no_value_of_an_attribute_is_one_that_the_registry_does_not_know(told):
    async with traced_world() as world:
        await everything(world)
    by_name = {each.name: each for metric in METRICS.values() for each in metric.attributes}
    known = {name: {*each.values, metrics.OTHER} for name, each in by_name.items() if each.values}
    strange = {
        (label, value)
        for _, labels, _ in told.points()
        for label, value in labels.items()
        if label in known and value not in known[label]
    }
    assert strange == set()


async def test_a_question_is_counted_once_with_its_time_and_its_tokens(told):
    async with traced_world(replies=(says(SAID),)) as world:
        await put(world, "ferry", FERRY)
        answer = await ask(world, QUESTION)
    assert told.of(metrics.ANSWERS) == {("AnswerServed", world.tenant): 1}
    total = told.sums(metrics.QUESTION_DURATION)["total", "AnswerServed"]
    assert total == pytest.approx(answer.timings_ms["total"] / 1_000)
    assert told.of(metrics.TOKEN_USAGE)["chat", "openai", "small", "output"] == 1


async def test_a_vote_is_counted_where_feedback_is_joined(told):
    async with MemoryWorld().running() as world:
        await everything(world)
    assert told.of(metrics.FEEDBACK) == {("thumb", "good"): 1}
    assert JOIN in {stage.name for stage in world.driver.stages}


def test_every_gauge_is_one_that_is_asked_for():
    own = {metrics.MEMORY, metrics.THREADS, metrics.GPU_MEMORY, metrics.GPU_LIMIT}
    assert {each for each in METRICS.values() if each.kind == "gauge"} == {*GAUGES, *own}
    assert len(ROLES) < metrics.ROLE.most
