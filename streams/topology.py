"""Every processor wired to what it reads, on one screen: ports in, stages out. Drivers run what stands here.

documents -> plan -> chunks -> index -> index-log          queries -> answer -> answers
answers -> expose -> feedback -> join -> outcomes -> unit -> experiment-log -> tally -> experiments
`watch_topology.py` goes on from there: what all of this shows.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from agents.answering import AnsweringOptions, AnsweringPorts, answer_failed, make_answering_handler
from agents.experiments.steer import make_steering_handler
from agents.experiments.tally import Tally, tally
from agents.feedback.expose import expose
from agents.feedback.join import Joined, Lifetimes, Told, make_join_step, making_expired
from agents.feedback.unit import UnitState, making_units_expired, score_unit, unit_key
from agents.indexing import make_indexing_batch
from agents.planning import ChunkSizes, Manifest, make_planning_step
from agents.ports import Clock, Embedder, EmbeddingSpace, Guard, Index, PromptBook, TokenCounter
from agents.signals import SamplingPorts
from agents.tracer import UNTRACED, Tracer
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.questions import QuestionAsked
from streams.dispatch_topology import DispatchingPorts, dispatch_stages
from streams.prompt_book import InMemoryPromptBook
from streams.roles import ANSWER, DISPATCH, INDEX, JOINED, LEARN, MANIFESTS, PLAN, ROLES, TABLES, TALLIES, UNITS, WATCH
from streams.stages import BatchStage, HandlerStage, Stage, StepStage
from streams.together import at_once
from streams.topics import ANSWERS, CHUNKS, DOCUMENTS, EXPERIMENT_LOG, EXPERIMENTS, FEEDBACK, OUTCOMES, QUERIES
from streams.traced_ports import traced
from streams.watch_topology import watch_stages

__all__ = [
    "ANSWER",
    "DISPATCH",
    "INDEX",
    "LEARN",
    "PLAN",
    "ROLES",
    "TABLES",
    "WATCH",
    "answer_stage",
    "dispatch_stages",
    "index_stage",
    "learn_stages",
    "make_stages",
    "plan_stage",
    "watch_stages",
]


def state_key(event: DocumentUpserted | DocumentDeleted) -> str:
    """Where a document's manifest is kept. A tenant's name holds no slash, so keys of two tenants never meet."""
    return f"{event.tenant}/{event.doc_id}"


def seconds_left(question: QuestionAsked, now: datetime, default_deadline_ms: int) -> float:
    """Until the question's deadline, its own or the default one; all of it where the asker's clock is ahead of ours."""
    waited = max(0.0, (now - question.at).total_seconds())
    return (question.deadline_ms or default_deadline_ms) / 1_000 - waited


def plan_stage(
    counter: TokenCounter,
    sizes: ChunkSizes,
    embedder_id: str,
    guard: Guard | None = None,
    tracer: Tracer = UNTRACED,
) -> StepStage:
    """Documents in; what to embed, move and delete out. The state is the document's manifest."""
    return StepStage(
        name="plan",
        role=PLAN,
        source=DOCUMENTS,
        step=make_planning_step(counter, sizes, embedder_id, guard, tracer),
        state=Manifest,
        table=MANIFESTS,
        state_key=state_key,
    )


def index_stage(
    embedder: Embedder,
    index: Index,
    clock: Clock,
    candidates: Mapping[str, EmbeddingSpace] | None = None,
    tracer: Tracer = UNTRACED,
) -> BatchStage:
    """Plans in, chunks embedded and stored; by each of the candidates, too."""
    main = traced(EmbeddingSpace(embedder, index), tracer)
    others = {name: traced(space, tracer) for name, space in (candidates or {}).items()}
    return BatchStage(
        name="index",
        role=INDEX,
        source=CHUNKS,
        batch=make_indexing_batch(main.embedder, main.index, clock, at_once, others),
        max_batch=64,
    )


def answer_stage(ports: AnsweringPorts, options: AnsweringOptions, concurrency: int = 16) -> HandlerStage:
    """Questions in, one outcome each out."""
    return HandlerStage(
        name="answer",
        role=ANSWER,
        source=QUERIES,
        handler=make_answering_handler(ports, options),
        concurrency=concurrency,
        fallback=partial(answer_failed, experimenter=ports.experimenter, guard=ports.guard),
        seconds_left=lambda question, now: seconds_left(question, now, options.default_deadline_ms),
    )


def joined_key(event: Told) -> str:
    """Where an answer's votes are kept."""
    return f"{event.tenant}/{event.answer_id}"


def learn_stages(lifetimes: Lifetimes, prompts: PromptBook, tracer: Tracer = UNTRACED) -> tuple[Stage, ...]:
    """Answers, feedback and definitions of experiments in; outcomes, reports and decisions out."""
    return (
        HandlerStage(name="expose", role=LEARN, source=ANSWERS, handler=expose, concurrency=64),
        StepStage(
            name="join",
            role=LEARN,
            source=FEEDBACK,
            step=make_join_step(lifetimes, tracer),
            state=Joined,
            table=JOINED,
            state_key=joined_key,
            max_batch=256,
            due=making_expired(lifetimes),
        ),
        StepStage(
            name="unit",
            role=LEARN,
            source=OUTCOMES,
            step=score_unit,
            state=UnitState,
            table=UNITS,
            state_key=unit_key,
            max_batch=256,
            due=making_units_expired(lifetimes.unit),
        ),
        HandlerStage(
            name="steer", role=LEARN, source=EXPERIMENTS, handler=make_steering_handler(prompts), concurrency=1
        ),
        StepStage(
            name="tally",
            role=LEARN,
            source=EXPERIMENT_LOG,
            step=tally,
            state=Tally,
            table=TALLIES,
            state_key=lambda event: str(event.slot),
            max_batch=256,
        ),
    )


def make_stages(
    counter: TokenCounter,
    ports: AnsweringPorts,
    sizes: ChunkSizes,
    options: AnsweringOptions,
    *,
    lifetimes: Lifetimes | None = None,
    prompts: PromptBook | None = None,
    sampling: SamplingPorts | None = None,
    dispatching: DispatchingPorts | None = None,
) -> tuple[Stage, ...]:
    """The whole topology, for a driver that runs all of it in one process."""
    candidates = {name: space for name, space in ports.spaces.items() if space.index is not ports.index}
    return (
        plan_stage(counter, sizes, ports.embedder.embedder_id, ports.guard, ports.tracer),
        index_stage(ports.embedder, ports.index, ports.clock, candidates, ports.tracer),
        answer_stage(ports, options),
        *learn_stages(lifetimes or Lifetimes(), prompts or InMemoryPromptBook(), ports.tracer),
        *watch_stages(sampling),
        *(() if dispatching is None else dispatch_stages(dispatching)),
    )
