"""A record that failed in, a `DeadLettered` out that holds all of it; and back again, to redrive it."""

import base64

from schemas.event import derive_id
from schemas.operations import DeadLettered, Header
from streams.records import Outgoing, Record

REDRIVEN_FROM = "ragstream_redriven_from"
"""Header on a redriven record: the dead letter's id, so that going round in circles can be seen."""
MAX_REASON = 2_000


def dead_letter(
    record: Record, *, stage: str, reason: str, error: str, attempts: int = 1, tenant: str = "default"
) -> DeadLettered:
    """The dead letter of a record; its id depends only on where the record was read and by which stage.

    A record that could not be decoded has no tenant of its own and is filed under `default`.
    """
    return DeadLettered(
        event_id=derive_id("dead-letter", stage, record.topic, record.partition, record.offset),
        tenant=tenant,
        at=record.timestamp,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=_encoded(record.key),
        value=_encoded(record.value),
        headers=tuple(Header(key=name, value=_encoded(value)) for name, value in record.headers),
        stage=stage,
        reason=reason[:MAX_REASON],
        error=error,
        attempts=attempts,
    )


def redriven(letter: DeadLettered) -> Outgoing:
    """The original record, to be sent to where it came from."""
    headers = {header.key: header.value for header in letter.headers if header.value is not None}
    headers[REDRIVEN_FROM] = letter.event_id.encode()
    return Outgoing(letter.topic, letter.key, letter.value, headers)


def _encoded(raw: bytes | None) -> bytes | None:
    """Pydantic's `Base64Bytes` takes the encoded form and holds the decoded one."""
    return None if raw is None else base64.b64encode(raw)
