"""Records, clocks and small processors that the tests of the pipes share."""

import json
from datetime import UTC, datetime

from hypothesis import strategies as st

from schemas.event import Event
from streams.codec import decode
from streams.records import Record
from streams.topics import TOPICS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def clock():
    return NOON


def record(value, *, topic="documents", partition=0, offset=0, key=None, headers=(), timestamp=NOON):
    raw = value.encode() if isinstance(value, str) else value
    return Record(topic, partition, offset, key, raw, headers, timestamp)


def event_of(sent, topic):
    """The event that an outgoing record holds, as whoever reads its topic gets it."""
    return decode(record(sent.value, topic=sent.topic, key=sent.key, headers=tuple(sent.headers.items())), topic)


def document(doc_id, text="Some text.", **fields):
    """JSON of a document event."""
    return json.dumps({"doc_id": doc_id, "text": text, **fields})


KINDS: list[type[Event]] = [kind for topic in TOPICS for kind in topic.events]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
headers = st.lists(st.tuples(texts, st.none() | st.binary(max_size=20)), max_size=5).map(tuple)
records = st.builds(
    Record,
    topic=st.sampled_from([topic.name for topic in TOPICS]),
    partition=st.integers(0, 3),
    offset=st.integers(0, 2**62),
    key=st.none() | st.binary(max_size=30),
    value=st.none() | st.binary(max_size=200),
    headers=headers,
    timestamp=st.datetimes(timezones=st.just(UTC)),
)
