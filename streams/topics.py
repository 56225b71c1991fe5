"""The topics table: one row a topic. Creation, codecs, `ragstream topics`, the AsyncAPI page and README read it."""

from dataclasses import dataclass, field
from typing import Final

from schemas.answers import AnswerAbstained, AnswerBlocked, AnswerDelta, AnswerFailed, AnswerServed, QuestionBlocked
from schemas.chunks import ChunksPlanned
from schemas.conditions import AlertingTicked, ConditionCleared, ConditionRaised, SilenceOpened
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.event import Event
from schemas.experiments import ExperimentDecided, ExperimentDefined, ExperimentOpened, ExperimentReported, UnitScored
from schemas.feedback import (
    AnswerExpired,
    AnswerExposed,
    FeedbackGiven,
    OutcomeScored,
    UnitExpired,
    UnitExposed,
    UnitPast,
)
from schemas.guardrails import PolicyPublished
from schemas.index_log import DocumentIndexed, DocumentSkipped
from schemas.lineage import DocumentCited, DocumentRevised, LineageTicked
from schemas.monitors import BaselineSet, MonitorDefined, MonitorOpened, SignalsObserved, Ticked, WatchTicked
from schemas.notifications import (
    DeliveryTicked,
    NotificationAttempted,
    NotificationDue,
    NotificationQueued,
    SubscriptionChanged,
)
from schemas.operations import AlertFired, AlertResolved, AlertSilenced, DeadLettered
from schemas.prompts import PromptLabelled, PromptPublished
from schemas.questions import QuestionAsked
from streams.topic import DAY_MS, FOREVER, MIB, Topic

DOCUMENTS: Final = Topic(
    name="documents",
    events=(DocumentUpserted, DocumentDeleted),
    key="doc_id",
    about="Documents to make searchable; a null value deletes the document that is its key.",
    retention_ms=FOREVER,
    max_bytes=8 * MIB,
    tombstone=DocumentDeleted,
)
CHUNKS: Final = Topic(
    name="chunks",
    events=(ChunksPlanned,),
    key="doc_id",
    about="What planning decided: chunks to embed, to move and to delete.",
    max_bytes=8 * MIB,
)
INDEX_LOG: Final = Topic(
    name="index-log",
    events=(DocumentIndexed, DocumentSkipped),
    key="doc_id",
    about="What became of every document, with its freshness.",
    retention_ms=30 * DAY_MS,
)
QUERIES: Final = Topic(
    name="queries",
    events=(QuestionAsked,),
    key="query_id",
    about="Questions to answer.",
)
ANSWERS: Final = Topic(
    name="answers",
    events=(AnswerServed, AnswerAbstained, QuestionBlocked, AnswerBlocked, AnswerFailed),
    key="query_id",
    about="One final outcome per question, with citations and provenance.",
    retention_ms=30 * DAY_MS,
)
ANSWER_DELTAS: Final = Topic(
    name="answer-deltas",
    events=(AnswerDelta,),
    key="query_id",
    about="Pieces of answers as they are released, for those who read along.",
    retention_ms=DAY_MS,
)
PROMPTS: Final = Topic(
    name="prompts",
    events=(PromptPublished, PromptLabelled),
    key="slot",
    about="Versions of prompts, and the labels that say which version serves.",
    partitions=1,
    retention_ms=FOREVER,
    compacted=True,
)
POLICIES: Final = Topic(
    name="policies",
    events=(PolicyPublished,),
    key="name",
    about="Guardrail policies: which rules look where, and what follows.",
    partitions=1,
    retention_ms=FOREVER,
    compacted=True,
)
EXPERIMENTS: Final = Topic(
    name="experiments",
    events=(ExperimentDefined, ExperimentDecided),
    key="slot",
    about="What is tried on whom, and the last decision about it.",
    partitions=1,
    retention_ms=FOREVER,
    compacted=True,
)
FEEDBACK: Final = Topic(
    name="feedback",
    events=(FeedbackGiven, AnswerExposed, AnswerExpired),
    key="answer_id",
    about="What people say of answers, beside the answers that it is about.",
    retention_ms=90 * DAY_MS,
)
OUTCOMES: Final = Topic(
    name="outcomes",
    events=(OutcomeScored, UnitExposed, UnitPast, UnitExpired),
    key="slot",
    about="What each answer was worth, for each experiment that it was part of.",
    retention_ms=90 * DAY_MS,
)
EXPERIMENT_LOG: Final = Topic(
    name="experiment-log",
    events=(UnitScored, ExperimentOpened),
    key="slot",
    about="What is counted for each experiment, in order.",
    retention_ms=90 * DAY_MS,
)
EXPERIMENT_REPORTS: Final = Topic(
    name="experiment-reports",
    events=(ExperimentReported,),
    key="name",
    about="The numbers of experiments as they grow.",
    retention_ms=90 * DAY_MS,
)
MONITORS: Final = Topic(
    name="monitors",
    events=(MonitorDefined, BaselineSet, AlertSilenced),
    key="slot",
    about="What is watched and how, what it is compared with, and which alerts are silenced.",
    partitions=1,
    retention_ms=FOREVER,
    compacted=True,
)
SUBSCRIPTIONS: Final = Topic(
    name="subscriptions",
    events=(SubscriptionChanged,),
    key="slot",
    about="Who wants to be told of which alerts, and where.",
    partitions=1,
    retention_ms=FOREVER,
    compacted=True,
)
TICKS: Final = Topic(
    name="ticks",
    events=(Ticked,),
    key="slot",
    about="The beat on which samples are taken.",
    partitions=1,
    retention_ms=DAY_MS,
)
SIGNALS: Final = Topic(
    name="signals",
    events=(SignalsObserved, MonitorOpened, WatchTicked),
    key="slot",
    about="What answers, outcomes, documents and samples show, for the monitors of one tenant and source, in order.",
)
CONDITIONS: Final = Topic(
    name="conditions",
    events=(ConditionRaised, ConditionCleared, SilenceOpened, AlertingTicked),
    key="slot",
    about="What is not as it should be, before it is an alert.",
)
LINEAGE: Final = Topic(
    name="lineage",
    events=(DocumentCited, DocumentRevised, LineageTicked),
    key="slot",
    about="Which answers stand on which documents, and what of those changed.",
    max_bytes=8 * MIB,
)
NOTIFICATIONS: Final = Topic(
    name="notifications",
    events=(NotificationQueued, NotificationAttempted, DeliveryTicked),
    key="slot",
    about="What each subscriber is to be told, and what came of it.",
)
DELIVERIES: Final = Topic(
    name="deliveries",
    events=(NotificationDue,),
    key="slot",
    about="Attempts to tell a subscriber that are to be made now.",
    retention_ms=DAY_MS,
)
ALERTS: Final = Topic(
    name="alerts",
    events=(AlertFired, AlertResolved),
    key="fingerprint",
    about="Conditions that somebody should look at, when they begin and when they end.",
    partitions=1,
    retention_ms=30 * DAY_MS,
)
DEAD_LETTERS: Final = Topic(
    name="dead-letters",
    events=(DeadLettered,),
    key="event_id",
    about="Records that could not be processed, with their original bytes and the reason.",
    partitions=1,
    retention_ms=90 * DAY_MS,
    max_bytes=12 * MIB,  # the largest document in base64, which takes a third more
)

CONTROL: Final = (PROMPTS, POLICIES, EXPERIMENTS, MONITORS, SUBSCRIPTIONS)
"""Compacted topics of one partition that every worker reads from their beginning, in no group."""

TOPICS: Final = (
    DOCUMENTS,
    CHUNKS,
    INDEX_LOG,
    QUERIES,
    ANSWERS,
    ANSWER_DELTAS,
    *CONTROL,
    FEEDBACK,
    OUTCOMES,
    EXPERIMENT_LOG,
    EXPERIMENT_REPORTS,
    TICKS,
    SIGNALS,
    CONDITIONS,
    LINEAGE,
    ALERTS,
    NOTIFICATIONS,
    DELIVERIES,
    DEAD_LETTERS,
)


@dataclass(frozen=True)
class TopicNames:
    """Topic names on one Kafka: the table's, behind a namespace's prefix."""

    namespace: str = ""
    _by_wire_name: dict[str, Topic] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_wire_name.update({self.wire(topic): topic for topic in TOPICS})

    def wire(self, topic: Topic) -> str:
        return f"{self.namespace}.{topic.name}" if self.namespace else topic.name

    def group(self, role: str) -> str:
        """Consumer group, and Faust app id, of a role."""
        return f"{self.namespace}-ragstream-{role}" if self.namespace else f"ragstream-{role}"

    def topic(self, wire_name: str) -> Topic:
        """The row for a topic's name on Kafka. Raises `KeyError` for a topic that is not ours."""
        return self._by_wire_name[wire_name]


def topic_of(event: Event) -> Topic:
    """The one topic that carries this kind of event."""
    return _TOPIC_OF[type(event)]


_TOPIC_OF: Final = {kind: topic for topic in TOPICS for kind in topic.events}
