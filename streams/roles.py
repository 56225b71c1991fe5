"""The roles: names of what runs as a process and a consumer group of its own, with what each reads and keeps.

Apart from the topology, so that commands which only look from outside load none of its libraries.
"""

from collections.abc import Mapping
from typing import Final

from streams.stages import Table
from streams.topics import CHUNKS, DOCUMENTS, QUERIES, Topic

PLAN: Final = "plan"
INDEX: Final = "index"
ANSWER: Final = "answer"
ROLES: Final = (PLAN, INDEX, ANSWER)
"""Each role is a consumer group of its own, and a process of its own."""

SOURCES: Final[Mapping[str, Topic]] = {PLAN: DOCUMENTS, INDEX: CHUNKS, ANSWER: QUERIES}
"""The topic that each role reads."""

MANIFESTS: Final = Table("manifests", role=PLAN, source=DOCUMENTS)
TABLES: Final = (MANIFESTS,)
