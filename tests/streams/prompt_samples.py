"""Prompts, labels and their records that tests of the pipes share."""

from collections.abc import Iterable

from schemas.event import Event
from schemas.prompts import PromptLabelled, PromptPublished, PromptTemplate
from streams.codec import encode
from streams.records import Record
from streams.topics import TopicNames
from tests.streams.samples import NOON

NAMES = TopicNames()


def published(text="Be brief.", *, name="answer", **fields) -> PromptPublished:
    messages = [
        PromptTemplate(role="system", template=text),
        PromptTemplate(role="user", template="{{ passages }}\n{{ question }}"),
    ]
    return PromptPublished(name=name, messages=messages, event_id=f"p-{text}", at=NOON, **fields)


def labelled(version, *, label="production", previous="", name="answer", **fields) -> PromptLabelled:
    return PromptLabelled(
        name=name, label=label, version=version, previous=previous, event_id=f"l-{version}", at=NOON, **fields
    )


def recorded(events: Iterable[Event | bytes | None], *, topic="prompts", first=0) -> list[Record]:
    """Records in order; bytes are a value as they stand, None is a tombstone."""
    return [
        Record(
            topic, 0, offset, b"key", encode(each, NAMES, "test").value if isinstance(each, Event) else each, (), NOON
        )
        for offset, each in enumerate(events, start=first)
    ]
