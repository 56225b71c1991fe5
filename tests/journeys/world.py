"""What a story needs of a world, whether that lives in memory or on real servers."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from schemas.answers import Answer
from schemas.event import Event
from schemas.index_log import DocumentIndexed, DocumentSkipped


class World(Protocol):
    """A running ragstream. Each story gets tenants of its own, so that many may share one."""

    tenant: str
    other_tenant: str

    def now(self) -> datetime:
        """The world's time, UTC."""
        ...

    async def produce(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Mapping[str, bytes] = {}
    ) -> None:
        """Send one record. `topic` is the table's name, without a namespace."""
        ...

    async def settle(self) -> None:
        """Wait until everything that was produced has been worked on to its end."""
        ...

    async def events(self, topic: str) -> Sequence[Event]:
        """Every event of a topic so far."""
        ...


async def put(world: World, doc_id: str, text: str | None = None, *, tenant: str | None = None, **fields: Any) -> None:
    """Send a document as a producer without any library of ours would, and wait for its outcome."""
    document = {"doc_id": doc_id, "tenant": tenant or world.tenant, **fields}
    if text is not None:
        document["text"] = text
    await world.produce("documents", doc_id.encode(), json.dumps(document).encode())
    await world.settle()


async def ask(world: World, text: str, *, tenant: str | None = None, **fields: Any) -> Answer:
    """Send a question, wait, and give the one answer that it got."""
    tenant = tenant or world.tenant
    asked = sum(answer.tenant == tenant for answer in await world.events("answers"))
    query_id = f"{tenant}-question-{asked}"
    question = {"query_id": query_id, "text": text, "tenant": tenant, **fields}
    await world.produce("queries", query_id.encode(), json.dumps(question).encode())
    await world.settle()
    answers = {each.answer_id: each for each in await world.events("answers") if each.query_id == query_id}
    [answer] = answers.values()
    return answer


async def index_log(world: World, doc_id: str) -> list[DocumentIndexed | DocumentSkipped]:
    """What became of a document's events, oldest first."""
    found = {each.event_id: each for each in await world.events("index-log")}.values()
    mine = [each for each in found if (each.tenant, each.doc_id) == (world.tenant, doc_id)]
    return sorted(mine, key=lambda each: (each.origin.partition, each.origin.offset))
