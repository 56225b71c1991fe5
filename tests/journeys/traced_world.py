"""A world in memory with every part that tells of itself, and all that was told."""

from contextlib import asynccontextmanager

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agents.answering import AnsweringOptions, AnsweringPorts, ExtractiveGenerator
from agents.answering.chat_generator import ChatGenerator
from agents.answering.fallback_generator import FallbackGenerator
from agents.answering.follow_up import FollowUpRewriter
from agents.guardrails.engine import GuardEngine
from agents.planning import ChunkSizes
from infra import chat_span
from infra.openai_chat_model import OpenAIChatModel
from infra.otlp_json import span_line
from infra.settings import GeneratorSettings
from streams import tracing
from streams.conversation_log import LocalConversationLog
from streams.delta_releaser import DeltaReleaser
from streams.derived_ids import DerivedIds
from streams.policy_book import InMemoryPolicyBook
from streams.prompt_book import InMemoryPromptBook
from streams.sessions import Sessions
from streams.span_tracer import SpanTracer
from streams.topology import make_stages
from tests.agents.answering.fakes import Everybody
from tests.contracts.fake_reranker import WordReranker
from tests.infra.scripted_llm import ScriptedLlm, says
from tests.journeys.test_in_memory import MemoryWorld, utc_now

SAID = "The ferry to Hvar leaves Split at nine in the morning [1]."
FINE = says(SAID)


class Told:
    """The spans that a test's world made."""

    def __init__(self, monkeypatch):
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider(id_generator=DerivedIds(), shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        for module in (tracing, chat_span):
            monkeypatch.setattr(module, "_tracer", provider.get_tracer("test"))

    @property
    def spans(self):
        return self.exporter.get_finished_spans()

    def named(self, name):
        return [span for span in self.spans if span.name == name]

    def lines(self, wanted):
        """As the trace files give them."""
        found = [span_line(span) for span in self.spans]
        return (line for line in found if any(each in line for each in wanted))


class TracedWorld(MemoryWorld):
    """A `World` with a language model, a reranker, a guard and an experiment; `redact` is for texts."""

    def __init__(self, server, redact=None, embedder=None, prices=(0.0, 0.0)):
        settings = GeneratorSettings(
            kind="openai",
            base_url=server.base_url,
            model="small",
            retries=0,
            input_price=prices[0],
            output_price=prices[1],
        )
        self.chat = OpenAIChatModel(settings)
        self.tracer = SpanTracer(redact)
        self.given_embedder = embedder
        super().__init__()

    def stages(self):
        if self.given_embedder is not None:
            self.embedder = self.given_embedder
        chat = ChatGenerator(self.chat, InMemoryPromptBook(), self.embedder, self.tracer)
        ports = AnsweringPorts(
            self.embedder,
            self.index,
            utc_now,
            FallbackGenerator(chat, ExtractiveGenerator(), utc_now),
            conversations=LocalConversationLog(Sessions(), self.broker),
            rewriter=FollowUpRewriter(),
            releaser=DeltaReleaser(self.broker, self.broker.names, "memory"),
            reranker=WordReranker(),
            guard=GuardEngine(InMemoryPolicyBook()),
            experimenter=Everybody(x={"top_k": 5}),
            tracer=self.tracer,
        )
        return make_stages(self.embedder, ports, ChunkSizes(), AnsweringOptions())


@asynccontextmanager
async def traced_world(*, redact=None, embedder=None, replies=(FINE,), prices=(0.0, 0.0)):
    async with ScriptedLlm(*replies) as server:
        world = TracedWorld(server, redact, embedder, prices)
        try:
            async with world.running():
                yield world
        finally:
            await world.chat.close()
