"""What every event has, and how identifiers are derived rather than drawn."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

NAMESPACE = UUID("6f1a3c52-0d0e-5a36-9a44-5f0b7c1f7d10")
"""Root of every derived (version 5) identifier; changing it re-identifies the world."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def derive_id(*parts: str | int) -> str:
    """A UUIDv5 (RFC 9562) that depends on nothing but `parts`, so a redelivery gets the same one."""
    return str(uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts)))


def _as_utc(at: datetime) -> datetime:
    """One documented rule for time: a naive timestamp is taken as UTC, any other is converted."""
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    try:
        return at.astimezone(UTC)
    except OverflowError as error:  # the first or last hours of the calendar, in another zone
        raise ValueError("the time is out of range in UTC") from error


UtcDatetime = Annotated[datetime, AfterValidator(_as_utc)]
"""A point in time, always aware and in UTC."""

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=512)]
"""An identifier chosen by a producer: 1 to 512 characters."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""A name that people give: of a monitor, a silence, a subscription."""

Tenant = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""A tenant's name. The pattern is what Weaviate takes as a tenant and what leaves `/` free as a separator."""


class Value(BaseModel):
    """A value inside events: frozen; unknown fields are ignored, so that older readers survive newer writers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Origin(Value):
    """A Kafka record that an event was read from, and the event's time."""

    topic: str
    partition: int = Field(ge=0)
    offset: int = Field(ge=0)
    at: UtcDatetime
    received_at: SkipJsonSchema[UtcDatetime | None] = Field(default=None, exclude=True, repr=False)
    """Kafka's timestamp of the record, which says when it came, whatever time the event is of; never on the wire."""

    @property
    def came_at(self) -> datetime:
        """When it came, as far as that is known; else the event's time."""
        return self.received_at or self.at


class Event(Value):
    """Something that happened. Subclasses are past participles and add their own fields.

    `event_id` and `at` may be missing on the wire: the codec then fills them from the CloudEvents headers or
    from the record itself (topic, partition, offset; timestamp).
    """

    event_id: Annotated[str, Field(max_length=512)] = ""
    tenant: Tenant = "default"
    at: UtcDatetime = EPOCH
    read_from: SkipJsonSchema[Origin | None] = Field(default=None, exclude=True, repr=False)
    """The record it was decoded from, filled by the codec; never on the wire."""


class Tick(Event):
    """So late is it: a timer's event, for what has to be looked at though nothing happened."""

    slot: Identifier
    """Record key: of the state that waits for the time to pass."""


def origin_of(event: Event) -> Origin:
    """The record that an event was decoded from; ids are derived from it. Raises `ValueError` when there is none."""
    if event.read_from is None:
        raise ValueError("the event was not read from a topic, so nothing can be derived from where it stood")
    return event.read_from
