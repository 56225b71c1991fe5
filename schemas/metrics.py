"""Metrics that ragstream gives of itself, each once: its name, kind and unit, what it says, and by what it is split.

Where OpenTelemetry has a name it is OpenTelemetry's, with its unit and buckets: semantic conventions 1.45.0 for
messaging, processes and hardware, GenAI conventions 0.1.0 for `gen_ai.*`. Units are UCUM's.

What a metric is split by never grows without bound: an attribute has a fixed set of values, or at most so many, and
what comes after those is `other`. Ids and texts are on spans and in logs, never here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from schemas import signals
from schemas.guardrails import ACTIONS
from schemas.metric_buckets import (
    AGES,
    COUNTS,
    GEN_AI_SECONDS,
    GEN_AI_TOKENS,
    MESSAGING_SECONDS,
    RUN_TOKENS,
    SECONDS,
    WAITS,
)

Kind: TypeAlias = Literal["counter", "gauge", "histogram"]
OTHER: Final = "other"
"""In place of every value beyond those that an attribute may have."""
OUTCOMES: Final = ("AnswerServed", "AnswerAbstained", "QuestionBlocked", "AnswerBlocked", "AnswerFailed")


@dataclass(frozen=True, eq=False)
class Attribute:
    """What metrics are split by: one of `values`, or any `most` of them where those are not known before."""

    name: str
    description: str
    values: tuple[str, ...] = ()
    most: int = 32


@dataclass(frozen=True, eq=False)
class Metric:
    """A counter only grows; a gauge is how it is now; a histogram counts values by size, up to each of `buckets`."""

    name: str
    kind: Kind
    unit: str
    description: str
    attributes: tuple[Attribute, ...] = ()
    buckets: tuple[float, ...] = field(default=(), repr=False)

    def on(self, meter: Any, read: Callable[[Any], Iterable[Any]] | None = None) -> Any:
        """The instrument on an OpenTelemetry meter; with `read`, one that asks for its values when they are wanted."""
        about: dict[str, Any] = {"unit": self.unit, "description": self.description}
        if read is not None:
            return getattr(meter, f"create_observable_{self.kind}")(self.name, [read], **about)
        if self.buckets:
            about["explicit_bucket_boundaries_advisory"] = self.buckets
        return getattr(meter, f"create_{self.kind}")(self.name, **about)


STAGE: Final = Attribute(signals.STAGE, "The stage.", most=64)
ROLE: Final = Attribute(signals.ROLE, "The role.", most=16)
TENANT: Final = Attribute(signals.TENANT, "Whose it is: the first so many by the setting `metrics_tenants`.")
TOPIC: Final = Attribute(signals.MESSAGING_DESTINATION, "The topic, with its namespace.", most=64)
WORK: Final = Attribute(signals.MESSAGING_OPERATION_NAME, "The stage that is at work, or `send`.", most=64)
SYSTEM: Final = Attribute(signals.MESSAGING_SYSTEM, "What carries it.", ("kafka",))
ERROR: Final = Attribute(signals.ERROR_TYPE, "Class of the error; missing where there was none.")
EVENT_OUTCOME: Final = Attribute(
    "ragstream.outcome", "What became of a record.", ("processed", "late", "rerouted", "dead-lettered")
)
DOCUMENT_OUTCOME: Final = Attribute(
    "ragstream.document.outcome",
    "What became of a document event.",
    ("indexed", "deleted", "stale", "empty", "absent", "refused"),
)
CHUNK_ACTION: Final = Attribute(
    "ragstream.chunk.action", "What was done with a chunk.", ("embedded", "moved", "deleted", "unchanged")
)
ANSWER_OUTCOME: Final = Attribute("ragstream.answer.outcome", "What became of a question.", OUTCOMES)
STEP: Final = Attribute(
    "ragstream.step",
    "A step of the work within a stage, by the name of its span.",
    (*(name for name in signals.SPANS if "{" not in name and name != signals.RETRIEVAL), "rerank"),
)
QUESTION_STEP: Final = Attribute(
    "ragstream.question.step",
    "What a question's time was spent on; `total` is all of it.",
    ("queue", "recall", "rewrite", "embed", "screen", "search", "rerank", "draft", "total"),
)
RULE: Final = Attribute("ragstream.guard.rule", "The guardrail.", most=64)
GUARD_STAGE: Final = Attribute(
    signals.GUARD_STAGE, "What was looked at.", ("question", "document", "passage", "answer")
)
GUARD_ACTION: Final = Attribute(signals.GUARD_ACTION, "What was done about it.", ACTIONS)
MODEL: Final = Attribute(signals.GEN_AI_REQUEST_MODEL, "The model.", most=16)
OPERATION: Final = Attribute(signals.GEN_AI_OPERATION, "What it did.", ("embeddings", "retrieval", "chat"))
PROVIDER: Final = Attribute(signals.GEN_AI_PROVIDER, "Who serves the model.", ("ragstream", "openai"))
TOKEN_TYPE: Final = Attribute("gen_ai.token.type", "Read or written.", ("input", "output"))
SEVERITY: Final = Attribute("ragstream.severity", "How bad it is.", ("info", "warning", "critical"))
ALERT_STATE: Final = Attribute(
    "ragstream.alert.state",
    "Told for the first time, told again, over, or something that merely happened.",
    ("fired", "repeated", "resolved", "occurred"),
)
RESULT: Final = Attribute(
    "ragstream.notification.result",
    "What came of an attempt.",
    ("delivered", "failed", "refused", "gone", "ended"),
)
FEEDBACK_KIND: Final = Attribute(
    "ragstream.feedback.kind",
    "How somebody said it.",
    ("thumb", "rating", "correction", "click", "copy", "follow-up"),
)
VOTE: Final = Attribute(
    "ragstream.feedback.vote", "Score above, at or below 0, or taken back.", ("good", "neutral", "bad", "withdrawn")
)
DEPENDENCY: Final = Attribute("ragstream.dependency", "What ragstream depends on.", most=16)
CPU_MODE: Final = Attribute("cpu.mode", "The program's own work, or the system's for it.", ("user", "system"))
GPU: Final = Attribute("hw.id", "The device's number.", most=16)

_OF_RECORDS: Final = (WORK, SYSTEM, TOPIC)
_OF_MODELS: Final = (OPERATION, PROVIDER, MODEL)

CONSUMED: Final = Metric(
    "messaging.client.consumed.messages", "counter", "{message}", "Records that stages were given.", _OF_RECORDS
)
SENT: Final = Metric(
    "messaging.client.sent.messages",
    "counter",
    "{message}",
    "Records that were delivered to Kafka.",
    (*_OF_RECORDS, STAGE),
)
PROCESS_DURATION: Final = Metric(
    "messaging.process.duration",
    "histogram",
    "s",
    "From the beginning of work on a record to the delivery of its outputs.",
    (*_OF_RECORDS, ERROR),
    MESSAGING_SECONDS,
)
WAIT_DURATION: Final = Metric(
    "ragstream.wait.duration",
    "histogram",
    "s",
    "From a record's time in Kafka to the beginning of work on it.",
    (STAGE,),
    WAITS,
)
EVENTS: Final = Metric("ragstream.events", "counter", "{event}", "Records that are done with.", (STAGE, EVENT_OUTCOME))
DEAD_LETTERS: Final = Metric(
    "ragstream.dead_letters", "counter", "{event}", "Records that were given up.", (STAGE, ERROR, TENANT)
)
RETRIES: Final = Metric("ragstream.retries", "counter", "{attempt}", "Further attempts at the same work.", (STAGE,))
WAITING: Final = Metric(
    "ragstream.partitions.waiting",
    "gauge",
    "{partition}",
    "Partitions that wait for something to be well again, as others are told.",
    (STAGE,),
)
BATCH_SIZE: Final = Metric(
    "ragstream.batch.size", "histogram", "{event}", "Records that are worked on together.", (STAGE,), COUNTS
)
STEP_DURATION: Final = Metric(
    "ragstream.step.duration", "histogram", "s", "Steps of the work within stages.", (STEP, ERROR), SECONDS
)
LAG: Final = Metric(
    "ragstream.consumer.lag",
    "gauge",
    "{record}",
    "Records that a role has yet to take in; from the watch role.",
    (ROLE,),
)
OLDEST: Final = Metric(
    "ragstream.consumer.oldest_age", "gauge", "s", "Age of the oldest of them; from the watch role.", (ROLE,)
)
STUCK: Final = Metric(
    "ragstream.consumer.stuck",
    "gauge",
    "{role}",
    "1 where records wait without any progress; from the watch role.",
    (ROLE,),
)
UP: Final = Metric(
    "ragstream.dependency.up",
    "gauge",
    "{dependency}",
    "1 where what ragstream depends on answers; from the watch role.",
    (DEPENDENCY,),
)
DOCUMENTS: Final = Metric(
    "ragstream.documents", "counter", "{document}", "Document events that are done with.", (DOCUMENT_OUTCOME, TENANT)
)
CHUNKS: Final = Metric(
    "ragstream.chunks", "counter", "{chunk}", "Chunks of documents, by what was done with them.", (CHUNK_ACTION,)
)
DOCUMENT_FRESHNESS: Final = Metric(
    "ragstream.document.freshness",
    "histogram",
    "s",
    "From a document's event time to the moment it was readable.",
    (TENANT,),
    AGES,
)
ANSWERS: Final = Metric(
    "ragstream.answers", "counter", "{answer}", "Questions that are done with.", (ANSWER_OUTCOME, TENANT)
)
QUESTION_DURATION: Final = Metric(
    "ragstream.question.duration",
    "histogram",
    "s",
    "What questions took, by step.",
    (QUESTION_STEP, ANSWER_OUTCOME),
    SECONDS,
)
EVIDENCE_AGE: Final = Metric(
    "ragstream.answer.evidence_age", "histogram", "s", "Age of the newest document that an answer cites.", (), AGES
)
FINDINGS: Final = Metric(
    "ragstream.guardrail.findings",
    "counter",
    "{finding}",
    "What guardrails found in questions and answers.",
    (RULE, GUARD_STAGE, GUARD_ACTION),
)
COST: Final = Metric(
    "ragstream.generation.cost", "counter", "{currency}", "What answers cost, by the prices in the settings.", (TENANT,)
)
MODEL_DURATION: Final = Metric(
    "gen_ai.client.operation.duration",
    "histogram",
    "s",
    "Embedding, searching, and requests to a language model.",
    (*_OF_MODELS, ERROR),
    GEN_AI_SECONDS,
)
FIRST_CHUNK: Final = Metric(
    "gen_ai.client.operation.time_to_first_chunk",
    "histogram",
    "s",
    "Until the first text of a language model.",
    _OF_MODELS,
    GEN_AI_SECONDS,
)
TOKEN_USAGE: Final = Metric(
    "gen_ai.client.token.usage",
    "histogram",
    "{token}",
    "Tokens of a request to a language model, as it says.",
    (*_OF_MODELS, TOKEN_TYPE),
    GEN_AI_TOKENS,
)
MODEL_RETRIES: Final = Metric(
    "ragstream.model.retries", "counter", "{attempt}", "Further attempts at a request to a language model.", (MODEL,)
)
RUN_DURATION: Final = Metric(
    "ragstream.model.run.duration", "histogram", "s", "A run of an embedder or a reranker.", (MODEL,), SECONDS
)
RUN_SIZE: Final = Metric(
    "ragstream.model.run.tokens", "histogram", "{token}", "Tokens in one run.", (MODEL,), RUN_TOKENS
)
ALERTS: Final = Metric(
    "ragstream.alerts", "counter", "{alert}", "Alerts that were told; from the watch role.", (SEVERITY, ALERT_STATE)
)
FIRING: Final = Metric(
    "ragstream.alerts.firing",
    "gauge",
    "{alert}",
    "Alerts that were told and are not over; from the watch role.",
    (SEVERITY,),
)
NOTIFICATIONS: Final = Metric(
    "ragstream.notifications", "counter", "{attempt}", "Attempts at telling a subscriber.", (RESULT,)
)
FEEDBACK: Final = Metric(
    "ragstream.feedback", "counter", "{vote}", "What people said of answers.", (FEEDBACK_KIND, VOTE)
)
SPANS_DROPPED: Final = Metric(
    "ragstream.spans.dropped", "counter", "{span}", "Spans that were not delivered to the collector or a file."
)
MEMORY: Final = Metric("process.memory.usage", "gauge", "By", "Memory of the process that is in use.")
CPU_TIME: Final = Metric("process.cpu.time", "counter", "s", "Processor time of the process.", (CPU_MODE,))
THREADS: Final = Metric("process.thread.count", "gauge", "{thread}", "Threads of the process.")
GPU_MEMORY: Final = Metric(
    "hw.gpu.memory.usage", "gauge", "By", "Memory of a GPU that is in use, by whomever; where there is one.", (GPU,)
)
GPU_LIMIT: Final = Metric("hw.gpu.memory.limit", "gauge", "By", "Memory of a GPU; where there is one.", (GPU,))

METRICS: Final[Mapping[str, Metric]] = {
    value.name: value for value in list(globals().values()) if isinstance(value, Metric)
}
"""All of them, by name."""
