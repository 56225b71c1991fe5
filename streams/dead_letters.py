"""A record that failed in, a `DeadLettered` out that holds all of it; and back again, to redrive it.

A record can be larger than a dead letter: another Kafka may be set to carry more than ours. Then the letter keeps what
fits, says how much is missing, and where the whole record still is.
"""

import base64
import json
import shlex
from typing import Final

from schemas.event import derive_id
from schemas.failures import PermanentError
from schemas.operations import DeadLettered, Header
from streams.codec import as_headers
from streams.records import Headers, Outgoing, Record
from streams.topic import MIB, Topic
from streams.topics import CHUNKS, DEAD_LETTERS, QUERIES

REDRIVEN_FROM: Final = "ragstream_redriven_from"
"""Header on a redriven record: the dead letter's id, so that going round in circles can be seen."""
MAX_REASON: Final = 2_000
MAX_KEY_AND_HEADERS: Final = MIB
"""Most bytes of a dead letter that a record's key and headers may take, so that the value keeps the rest."""
MAX_VALUE: Final = (DEAD_LETTERS.max_bytes - MAX_KEY_AND_HEADERS - 65_536) // 4 * 3
"""Most bytes of a value that are kept: in base64, with 64 KiB for everything else in the letter."""


def dead_letter(
    record: Record, *, stage: str, reason: str, error: str, attempts: int = 1, tenant: str = "default"
) -> DeadLettered:
    """The dead letter of a record; its id depends only on where the record was read and by which stage.

    A record that could not be decoded has no tenant of its own and is filed under `default`.
    """
    key, headers, value = _fitting(record)
    missing = _size(record.key, record.headers, record.value) - _size(key, headers, value)
    return DeadLettered(
        event_id=derive_id("dead-letter", stage, record.topic, record.partition, record.offset),
        tenant=tenant,
        at=record.timestamp,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=_encoded(key),
        value=_encoded(value),
        headers=tuple(Header(key=name, value=_encoded(content)) for name, content in headers),
        stage=stage,
        reason=_printable(reason if not missing else f"{reason} ({missing:,} bytes of the record did not fit in here)"),
        error=error,
        attempts=attempts,
        missing_bytes=missing,
    )


class PlanNotRedrivenError(PermanentError):
    """A plan is a difference against what was planned before it: sent again later, it brings back withdrawn text."""

    def __init__(self, letter: DeadLettered) -> None:
        doc_id = (letter.key or b"(no key)").decode("utf-8", "replace")
        tenant = "" if letter.tenant == "default" else f" --tenant {letter.tenant}"
        super().__init__(
            f"dead letter {letter.event_id} holds a plan of document {doc_id}, which later plans may have overtaken: "
            f"`ragstream delete {shlex.quote(doc_id)}{tenant} --wait`, then ingest the document again"
        )


def redriven(letter: DeadLettered) -> Outgoing:
    """The original record, to be sent to where it came from, under the identity that it had there.

    A question gets the time of the new record unless its body has one, since its deadline counts from it; anything
    else keeps its time. Raises `PlanNotRedrivenError` for a record of `chunks`, `PermanentError` for a letter that
    holds only a part of its record, or that has nothing to send.
    """
    if _came_from(letter, CHUNKS):
        raise PlanNotRedrivenError(letter)
    if letter.key is None and letter.value is None:
        raise PermanentError(f"dead letter {letter.event_id} has neither key nor value: there is nothing to send")
    if letter.missing_bytes:
        raise PermanentError(
            f"dead letter {letter.event_id} lacks {letter.missing_bytes:,} bytes of its record: read it at "
            f"{letter.topic}/{letter.partition}@{letter.offset}"
        )
    headers = as_headers([(header.key, header.value) for header in letter.headers])
    headers.setdefault("ce_id", derive_id(letter.topic, letter.partition, letter.offset).encode())
    if _came_from(letter, QUERIES):
        headers.pop("ce_time", None)
    else:
        headers.setdefault("ce_time", letter.at.isoformat().encode())
    headers[REDRIVEN_FROM] = letter.event_id.encode()
    return Outgoing(letter.topic, letter.key, letter.value, headers)


def _came_from(letter: DeadLettered, topic: Topic) -> bool:
    """Whether the record was read from that topic, in whichever namespace."""
    return letter.topic.rpartition(".")[2] == topic.name


def _fitting(record: Record) -> tuple[bytes | None, Headers, bytes | None]:
    """Key, headers and value as far as they fit: first the key, then whole headers in order, then the value's head."""
    room = MAX_KEY_AND_HEADERS
    key = None if record.key is None else record.key[: room // 4 * 3]
    room -= _encoded_length(key)
    headers = []
    for name, content in record.headers:
        room -= len(json.dumps(name)) + _encoded_length(content) + len('{"key":,"value":""},')
        if room < 0:
            break
        headers.append((name, content))
    return key, headers, None if record.value is None else record.value[:MAX_VALUE]


def _size(key: bytes | None, headers: Headers, value: bytes | None) -> int:
    return len(key or b"") + len(value or b"") + sum(len(name.encode()) + len(each or b"") for name, each in headers)


def _encoded_length(raw: bytes | None) -> int:
    return 4 if raw is None else (len(raw) + 2) // 3 * 4


def _encoded(raw: bytes | None) -> bytes | None:
    """The events' `Base64Bytes` takes the encoded form and holds the decoded one."""
    return None if raw is None else base64.b64encode(raw)


def _printable(reason: str) -> str:
    """At most `MAX_REASON` characters that JSON can carry, whatever an exception had to say."""
    return reason[:MAX_REASON].encode("utf-8", "replace").decode("utf-8")
