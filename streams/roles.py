"""The roles: names of what runs as a process and a consumer group of its own, with what each reads and keeps.

Apart from the topology, so that commands which only look from outside load none of its libraries.
"""

from collections.abc import Mapping
from typing import Final

from streams.stages import Table
from streams.topic import Topic
from streams.topics import (
    ALERTS,
    ANSWERS,
    CHUNKS,
    CONDITIONS,
    DEAD_LETTERS,
    DELIVERIES,
    DOCUMENTS,
    EXPERIMENT_LOG,
    EXPERIMENTS,
    FEEDBACK,
    INDEX_LOG,
    LINEAGE,
    MONITORS,
    NOTIFICATIONS,
    OUTCOMES,
    QUERIES,
    SIGNALS,
    TICKS,
)

PLAN: Final = "plan"
INDEX: Final = "index"
ANSWER: Final = "answer"
LEARN: Final = "learn"
WATCH: Final = "watch"
DISPATCH: Final = "dispatch"
ROLES: Final = (PLAN, INDEX, ANSWER, LEARN, WATCH, DISPATCH)
"""Each role is a consumer group of its own, and a process of its own."""

SOURCES: Final[Mapping[str, tuple[Topic, ...]]] = {
    PLAN: (DOCUMENTS,),
    INDEX: (CHUNKS,),
    ANSWER: (QUERIES,),
    LEARN: (ANSWERS, FEEDBACK, OUTCOMES, EXPERIMENTS, EXPERIMENT_LOG),
    WATCH: (ANSWERS, OUTCOMES, INDEX_LOG, CHUNKS, DEAD_LETTERS, TICKS, MONITORS, SIGNALS, LINEAGE, CONDITIONS),
    DISPATCH: (ALERTS, NOTIFICATIONS, DELIVERIES),
}
"""The topics that each role reads, in its group."""

MANIFESTS: Final = Table("manifests", role=PLAN, source=DOCUMENTS)
JOINED: Final = Table("joined", role=LEARN, source=FEEDBACK)
UNITS: Final = Table("units", role=LEARN, source=OUTCOMES)
TALLIES: Final = Table("tallies", role=LEARN, source=EXPERIMENT_LOG)
WATCHED: Final = Table("watched", role=WATCH, source=SIGNALS)
ALERTED: Final = Table("alerted", role=WATCH, source=CONDITIONS)
CITED: Final = Table("cited", role=WATCH, source=LINEAGE)
QUEUED: Final = Table("queued", role=DISPATCH, source=NOTIFICATIONS)
TABLES: Final = (MANIFESTS, JOINED, UNITS, TALLIES, WATCHED, ALERTED, CITED, QUEUED)
