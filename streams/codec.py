"""Bytes in, event or `Malformed` out, and back: total, so that bad bytes are a value and never an exception.

On the wire a value is JSON. Metadata sits in Kafka headers as the CloudEvents Kafka protocol binding 1.0.2 names them
in binary mode (`ce_id`, `ce_type`, `ce_source`, `ce_time`, `ce_specversion`, `content-type`). All are optional on
input: a missing id is derived from topic, partition and offset, a missing time is the record's.
"""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from schemas.event import Event, Origin, derive_id
from schemas.failures import PermanentError
from streams.records import Headers, Outgoing, Record
from streams.topic import Topic
from streams.topics import TopicNames, topic_of

CE_PREFIX: Final = "ragstream."
MAX_DEPTH: Final = 16
"""Deepest nesting of arrays and objects that is accepted in a value."""
PLAINER: Final = {
    "extra_forbidden": "there is no such field",
    "model_type": "fields with values are wanted here",
}
"""Reasons in words that say more to a person than pydantic's own, by pydantic's type of error."""
TOO_DEEP: Final = f"the value is nested deeper than {MAX_DEPTH} levels"


@dataclass(frozen=True, slots=True)
class Malformed:
    """A record that is not an event of its topic: it goes to the dead letters like any other failure."""

    record: Record
    reason: str


def decode(record: Record, topic: Topic, max_bytes: int | None = None) -> Event | Malformed:
    """The event that a record holds. Never raises on what is inside the record."""
    limit = topic.max_bytes if max_bytes is None else max_bytes
    if record.value is None:
        return _decode_tombstone(record, topic)
    if len(record.value) > limit:
        return Malformed(record, f"the value has {len(record.value):,} bytes; the limit is {limit:,}")
    fields = _json_object(record.value)
    if isinstance(fields, str):
        return Malformed(record, fields)
    kind = _kind(fields, record, topic)
    if isinstance(kind, str):
        return Malformed(record, kind)
    return _validate(kind, fields, record)


def encode(event: Event, names: TopicNames, source: str) -> Outgoing:
    """The record for an event, on the topic that the table gives it. Raises `PermanentError` when it is too large."""
    topic = topic_of(event)
    value = event.model_dump_json().encode("utf-8")
    if len(value) > topic.max_bytes:
        raise PermanentError(
            f"{type(event).__name__} takes {len(value):,} bytes; topic {topic.name} carries at most {topic.max_bytes:,}"
        )
    headers = {
        "ce_specversion": b"1.0",
        "ce_id": event.event_id.encode(),
        "ce_type": f"{CE_PREFIX}{type(event).__name__}".encode(),
        "ce_source": source.encode(),
        "ce_time": event.at.isoformat().encode(),
        "content-type": b"application/json",
    }
    return Outgoing(names.wire(topic), topic.key_of(event), value, headers, event=event)


def _json_object(value: bytes) -> dict[str, Any] | str:
    """The JSON object in `value`, or the sentence that says why there is none."""
    try:
        text = value.decode("utf-8-sig")
        parsed = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        return f"the value is not UTF-8: {error.reason} at byte {error.start}"
    except RecursionError:
        return TOO_DEEP
    except ValueError as error:
        return f"the value is not JSON: {error}"
    if not isinstance(parsed, dict):
        return f"the value is JSON but no object: {type(parsed).__name__}"
    brackets = text.count("{") + text.count("[")  # with so few, nothing can be deep, and most events have few
    return TOO_DEEP if brackets > MAX_DEPTH and _deeper_than(parsed, MAX_DEPTH) else _repaired(parsed, text)


def _repaired(parsed: dict[str, Any], text: str) -> dict[str, Any]:
    if "\\ud" in text or "\\uD" in text:  # only an escape can smuggle in half a surrogate pair
        return {_whole(name): _without_lone_surrogates(child) for name, child in parsed.items()}
    return parsed


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    """A number too large for a float would become an infinity, which no JSON can say again."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"a number is out of range: {digits[:20]}")
    return number


def _whole(text: str) -> str:
    """`text` with each lone surrogate replaced by U+FFFD, since it could never be encoded again."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _without_lone_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, list):
        return [_without_lone_surrogates(child) for child in value]
    if isinstance(value, dict):
        return {_whole(name): _without_lone_surrogates(child) for name, child in value.items()}
    return value


def _deeper_than(value: object, limit: int) -> bool:
    """Whether arrays and objects nest more than `limit` deep; breadth first, so no recursion of our own."""
    level: list[object] = [value]
    for _ in range(limit):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _kind(fields: dict[str, Any], record: Record, topic: Topic) -> type[Event] | str:
    """Which of the topic's events this is: by its `type`, else by `ce_type`, else the topic's first."""
    named = fields.get("type") or record.header("ce_type")
    if named is None:
        return topic.events[0]
    kind = topic.event_named(str(named).removeprefix(CE_PREFIX))
    if kind is not None:
        return kind
    expected = " or ".join(each.__name__ for each in topic.events)
    return f"{str(named)[:100]!r} is no event of topic {topic.name}; expected {expected}"


def _decode_tombstone(record: Record, topic: Topic) -> Event | Malformed:
    if topic.tombstone is None:
        return Malformed(record, f"topic {topic.name} takes no null values")
    if record.key is None:
        return Malformed(record, "a null value without a key says nothing: give the id of what to delete as the key")
    try:
        key = record.key.decode("utf-8")
    except UnicodeDecodeError:
        return Malformed(record, "the key of a null value must be UTF-8")
    return _validate(topic.tombstone, {topic.key: key}, record)


def _validate(kind: type[Event], fields: dict[str, Any], record: Record) -> Event | Malformed:
    """The event, completed from headers and record, or the reasons why it is none."""
    event_id = fields.get("event_id") or record.header("ce_id")
    completed = {
        **fields,
        "type": kind.__name__,
        "event_id": event_id or derive_id(record.topic, record.partition, record.offset),
        "at": fields.get("at") or _ce_time(record) or record.timestamp,
        "tenant": _tenant(fields, record),
    }
    try:
        event = kind.model_validate(completed)
    except ValidationError as error:
        return Malformed(record, f"no valid {kind.__name__}: {field_reasons(error)}")
    except RecursionError:
        return Malformed(record, TOO_DEEP)
    origin = Origin(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        at=event.at,
        received_at=record.timestamp,
    )
    return event.model_copy(update={"read_from": origin})


def _tenant(fields: dict[str, Any], record: Record) -> Any:
    """`default` only where none is named: one that is named and broken must not become somebody else's."""
    if fields.get("tenant") is not None:
        return fields["tenant"]
    named = [value for name, value in record.headers if name == "ce_tenant" and value is not None]
    return named[0].decode("utf-8", "replace") if named else "default"


def _ce_time(record: Record) -> datetime | None:
    given = record.header("ce_time")
    try:
        return None if given is None else datetime.fromisoformat(given)
    except ValueError:
        return None


def field_reasons(error: ValidationError) -> str:
    """At most three of what is wrong, by field, without the values: they may be personal.

    A list is not called too short for parts of it that are wrong themselves.
    """
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    inside = {problem["loc"][:depth] for problem in problems for depth in range(len(problem["loc"]))}
    said = [
        f"{'.'.join(str(part) for part in problem['loc']) or 'value'}: "
        f"{PLAINER.get(problem['type'], problem['msg'].removeprefix('Value error, '))}"
        for problem in problems
        if problem["type"] != "too_short" or problem["loc"] not in inside
    ]
    return "; ".join(said[:3]) + (f"; and {len(said) - 3} more" if len(said) > 3 else "")  # noqa: PLR2004


def as_headers(headers: Headers) -> dict[str, bytes]:
    """Headers to send on: the first of each name, null ones left out."""
    kept: dict[str, bytes] = {}
    for name, value in headers:
        if value is not None:
            kept.setdefault(name, value)
    return kept
