"""Settings in, ports with their adapters out: what the worker and the command line are put together from.

Each is opened in a `with` and closed at its end. Nothing is loaded that a role does not use.
"""

import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, get_args

from agents.answering import AnsweringOptions, AnsweringPorts, ExtractiveGenerator
from agents.answering.chat_generator import ChatGenerator
from agents.answering.chat_rewriter import ChatRewriter
from agents.answering.fallback_generator import FallbackGenerator
from agents.answering.follow_up import FollowUpRewriter
from agents.feedback.join import Lifetimes
from agents.guardrails.engine import GuardEngine
from agents.guardrails.remembering import RememberingGuard
from agents.planning import ChunkSizes
from agents.ports import Clock, EmbeddingSpace, Generator, Guard, PromptBook, Reranker, Rewriter, Subject, TokenCounter
from agents.signals import SamplingPorts
from agents.tracer import UNTRACED, Tracer
from infra.http_prober import HttpProber, dependencies
from infra.models import ModelFolder, NamedModel
from infra.onnx_embedder import OnnxEmbedder, open_embedder
from infra.onnx_engine import Running
from infra.onnx_reranker import configured_reranker
from infra.openai_chat_model import open_chat_model
from infra.settings import Settings
from infra.token_counter import open_token_counter
from infra.weaviate_index import WeaviateIndex
from schemas.event import Event
from schemas.experiments import ExperimentDecided, ExperimentDefined
from schemas.failures import ConfigurationError
from schemas.guardrails import PolicyPublished
from schemas.guardrails import Stage as GuardStage
from schemas.notifications import SubscriptionChanged
from schemas.prompts import PromptLabelled, PromptPublished
from streams.control_events import Applier
from streams.experiment_book import InMemoryExperimentBook
from streams.kafka_lags import KafkaLags
from streams.policy_book import InMemoryPolicyBook, TrialPolicies
from streams.prompt_book import InMemoryPromptBook
from streams.roles import SOURCES
from streams.span_tracer import SpanTracer
from streams.subscription_book import InMemorySubscriptionBook
from streams.together import at_once
from streams.topics import TopicNames
from streams.trace_texts import make_redactor

WEAVIATE_WAIT_S: Final = 60.0
CONCURRENCY: Final = 16
WARM_UP: Final = "When does the ferry leave?"
WAITING_CONCURRENCY: Final = 256
"""Where most questions wait for a language model: each costs some kilobytes meanwhile."""


def utc_now() -> datetime:
    """The clock of a running system."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Books:
    """What the control topics say is in force, as one process knows it."""

    policies: InMemoryPolicyBook = field(default_factory=InMemoryPolicyBook)
    prompts: InMemoryPromptBook = field(default_factory=InMemoryPromptBook)
    experiments: InMemoryExperimentBook = field(default_factory=InMemoryExperimentBook)
    subscriptions: InMemorySubscriptionBook = field(default_factory=InMemorySubscriptionBook)
    _trial_guards: dict[str, Guard] = field(default_factory=dict)

    def appliers(self) -> dict[type[Event], Applier]:
        """Who takes which control event in."""
        return {
            PolicyPublished: self.policies.apply,
            PromptPublished: self.prompts.apply,
            PromptLabelled: self.prompts.apply,
            ExperimentDefined: self.experiments.apply,
            ExperimentDecided: self.experiments.apply,
            SubscriptionChanged: self.subscriptions.apply,
        }

    def guard(self) -> Guard:
        """For what people wait for: a rule that takes too long has not looked, and no passage is looked at twice.

        Time of the thread's processor: on a busy machine, or in a pause of it, no rule is late that does no more work.
        """
        guard = RememberingGuard(GuardEngine(self.policies, clock=time.thread_time))
        for stage in get_args(GuardStage):  # the first look loads what rules have learnt: not while somebody waits
            guard.check(Subject(stage=stage, text=WARM_UP, tenant="default"))
        return guard

    def guard_with(self, policy: str) -> Guard | None:
        """`guard` with the policy of that name in place of the default one; None when there is none."""
        if self.policies.named(policy) is None:
            return None
        if policy not in self._trial_guards:
            trial = TrialPolicies(self.policies, policy)
            self._trial_guards[policy] = RememberingGuard(GuardEngine(trial, clock=time.thread_time))
        return self._trial_guards[policy]

    def replayable_guard(self) -> GuardEngine:
        """For steps, which must say the same whatever else the machine does."""
        return GuardEngine(self.policies)


@asynccontextmanager
async def opened_index(settings: Settings, model: ModelFolder) -> AsyncIterator[tuple[OnnxEmbedder, WeaviateIndex]]:
    """The embedder of a model with the index that its vectors are in, connected, and closed at the end."""
    embedder = open_embedder(settings, model)
    index = WeaviateIndex(
        settings.weaviate,
        embedder_id=embedder.embedder_id,
        dimension=embedder.dimension,
        namespace=settings.namespace,
    )
    try:
        await index.connect(WEAVIATE_WAIT_S)
        yield embedder, index
    finally:
        await index.close()
        embedder.close()


@dataclass(frozen=True)
class Spaces:
    """Every embedder that is open, with its index, under the name that experiments call it by; the main one first."""

    by_name: Mapping[str, EmbeddingSpace]
    running: Sequence[Running]
    """Where each of them embeds."""

    @property
    def main(self) -> EmbeddingSpace:
        return next(iter(self.by_name.values()))

    @property
    def candidates(self) -> dict[str, EmbeddingSpace]:
        return {name: space for name, space in self.by_name.items() if space is not self.main}


@asynccontextmanager
async def opened_spaces(models: Sequence[NamedModel]) -> AsyncIterator[Spaces]:
    """The embedders of these models with their indexes, connected, and closed at the end."""
    async with AsyncExitStack() as stack:
        opened = {
            each.name: await stack.enter_async_context(opened_index(each.settings, each.folder)) for each in models
        }
        yield Spaces(
            {name: EmbeddingSpace(embedder, index) for name, (embedder, index) in opened.items()},
            [embedder.running for embedder, _ in opened.values()],
        )


def fitting_sizes(settings: Settings, models: Sequence[NamedModel]) -> ChunkSizes:
    """The chunk sizes of the settings. Raises `ConfigurationError` where they do not fit a candidate.

    The main model's own counter is asked when planning begins. One tokenizer may see more tokens in a text than
    another: such a chunk is refused by that candidate alone.
    """
    sizes = ChunkSizes(settings.planning.min_tokens, settings.planning.max_tokens)
    for each in models[1:]:
        try:
            sizes.checked_against(open_token_counter(each.folder).max_tokens)
        except ConfigurationError as error:
            raise ConfigurationError(f"the candidate {each.name} is too small: {error}") from error
    return sizes


def open_tracer(settings: Settings) -> SpanTracer:
    """Who is told how the work goes; of texts only where the settings say so."""
    return SpanTracer(make_redactor() if settings.telemetry.trace_texts else None)


@contextmanager
def opened_reranker(settings: Settings) -> Iterator[Reranker | None]:
    """The reranker of the settings, closed at the end; None where they name none."""
    reranker = configured_reranker(settings)
    try:
        yield reranker
    finally:
        if reranker is not None:
            reranker.close()


@asynccontextmanager
async def opened_generator(
    settings: Settings, prompts: PromptBook, counter: TokenCounter, clock: Clock, tracer: Tracer = UNTRACED
) -> AsyncIterator[tuple[Mapping[str, Generator], Rewriter]]:
    """The generators that there are, by kind, with what makes questions standalone; closed at the end.

    A language model has the extractive generator behind it, so that an answer comes even when the model is away.
    """
    extractive = ExtractiveGenerator()
    if settings.generator.kind == "extractive":
        yield {"extractive": extractive}, FollowUpRewriter()
        return
    chat = open_chat_model(settings.generator)
    try:
        drafting = FallbackGenerator(ChatGenerator(chat, prompts, counter, tracer), extractive, clock)
        yield {settings.generator.kind: drafting, "extractive": extractive}, ChatRewriter(chat, prompts, counter)
    finally:
        await chat.close()


@asynccontextmanager
async def opened_answering(
    settings: Settings, books: Books, models: Sequence[NamedModel]
) -> AsyncIterator[tuple[AnsweringPorts, Rewriter, Sequence[Running]]]:
    """What questions are answered with, except for who remembers and who is told; the rewriter; where each embeds."""
    counter, tracer = open_token_counter(models[0].folder), open_tracer(settings)
    async with (
        opened_spaces(models) as spaces,
        opened_generator(settings, books.prompts, counter, utc_now, tracer) as (generators, rewriter),
    ):
        with opened_reranker(settings) as reranker:
            ports = AnsweringPorts(
                embedder=spaces.main.embedder,
                index=spaces.main.index,
                clock=utc_now,
                generator=generators[settings.generator.kind],
                reranker=reranker,
                guard=books.guard(),
                generators=generators,
                spaces=spaces.by_name,
                guard_with=books.guard_with,
                tracer=tracer,
            )
            yield ports, rewriter, spaces.running


@asynccontextmanager
async def opened_sampling(settings: Settings, bootstrap: str) -> AsyncIterator[SamplingPorts]:
    """What samples are taken of: the roles' lag, and what the settings say that ragstream depends on."""
    async with (
        KafkaLags(bootstrap, TopicNames(settings.namespace), SOURCES) as lags,
        HttpProber(dependencies(settings)) as prober,
    ):
        yield SamplingPorts(lags, prober, utc_now, at_once, settings.watching.stuck_after_s)


def answering_concurrency(settings: Settings) -> int:
    """Questions that one worker has in hand at once."""
    if settings.answering.concurrency is not None:
        return settings.answering.concurrency
    return CONCURRENCY if settings.generator.kind == "extractive" else WAITING_CONCURRENCY


def lifetimes(settings: Settings) -> Lifetimes:
    """How long votes and answers wait for each other."""
    learning = settings.learning
    return Lifetimes(
        waiting=timedelta(seconds=learning.waiting_s),
        answer=timedelta(days=learning.answer_days),
        unit=timedelta(days=learning.unit_days),
    )


def answering_options(settings: Settings) -> AnsweringOptions:
    """The settings that the answering feature knows."""
    answering = settings.answering
    return AnsweringOptions(
        mode=answering.mode,
        fusion=answering.fusion,
        alpha=answering.alpha,
        per_document=answering.per_document,
        candidates=settings.reranker.candidates,
        default_deadline_ms=answering.default_deadline_ms,
        unsupported_claims=answering.unsupported_claims,
        min_similarity=answering.min_similarity,
        min_answerability=answering.min_answerability,
    )
