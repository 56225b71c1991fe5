"""Subscriptions to alerts, and how each alert gets to each subscriber."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.event import Event, Identifier, Name, Tick, UtcDatetime, Value
from schemas.operations import AlertFired, AlertResolved, Matcher

Channel = Literal["webhook", "email", "log"]
Result = Literal["delivered", "failed", "refused", "gone", "ended"]
"""`failed` is tried again, `refused` will never do, `gone` ends the subscription; `ended`: it had ended before, so
nothing was sent."""


class SubscriptionChanged(Event):
    """Somebody wants to be told of alerts that match, or no longer does; the latest of a name counts."""

    type: Literal["SubscriptionChanged"] = "SubscriptionChanged"
    subscription: Name
    channel: Channel
    target: str = Field(default="", max_length=2_048)
    """URL of the webhook, or e-mail address. Whoever reads the topic reads it: no secrets belong into it."""
    match: Annotated[tuple[Matcher, ...], Field(max_length=16)] = ()
    """All of them must hold; none takes every alert of the tenant."""
    doc_id: Identifier | None = None
    """For those who want to know when answers that cited this document became outdated."""
    groups: Annotated[tuple[str, ...], Field(max_length=256)] = ()
    """The subscriber's: of an alert that has readers only one of them is told."""
    active: bool = True
    reason: str = Field(default="", max_length=1_000)
    """Why it ended, when it did."""

    @property
    def slot(self) -> str:
        """Key on the compacted topic: the last change is kept."""
        return f"{self.tenant}/{self.subscription}#subscription"


class NotificationQueued(Event):
    """An alert is to be told to one subscriber, after those that were queued before it."""

    type: Literal["NotificationQueued"] = "NotificationQueued"
    notification_id: Identifier
    """The same however often it is sent: receivers know duplicates by it."""
    subscription: SubscriptionChanged
    alert: AlertFired | AlertResolved = Field(discriminator="type")

    @property
    def slot(self) -> str:
        """Record key: what one subscriber is told stays in order."""
        return f"{self.tenant}/{self.subscription.subscription}"


class NotificationDue(Event):
    """One attempt is to be made at telling it."""

    type: Literal["NotificationDue"] = "NotificationDue"
    notification_id: Identifier
    attempt: int = Field(ge=1)
    dropped: int = Field(default=0, ge=0)
    """Older ones that this subscriber will never be told of, because too many waited."""
    subscription: SubscriptionChanged
    alert: AlertFired | AlertResolved = Field(discriminator="type")

    @property
    def slot(self) -> str:
        """Record key, as that of the queue."""
        return f"{self.tenant}/{self.subscription.subscription}"


class NotificationAttempted(Event):
    """What came of one attempt."""

    type: Literal["NotificationAttempted"] = "NotificationAttempted"
    notification_id: Identifier
    subscription: Name
    attempt: int = Field(ge=1)
    result: Result
    reason: str = Field(default="", max_length=1_000)
    retry_at: UtcDatetime | None = None
    """Not before this, if the receiver said so."""

    @property
    def slot(self) -> str:
        """Record key, as that of the queue."""
        return f"{self.tenant}/{self.subscription}"


class DeliveryTicked(Tick):
    """For a subscriber's queue, whose next attempt waits for its time."""

    type: Literal["DeliveryTicked"] = "DeliveryTicked"


class Message(Value):
    """An alert in the words of every channel; each takes what it needs."""

    notification_id: Identifier
    subscription: SubscriptionChanged
    thread: str
    """Equal for all that is told of one alert."""
    subject: str
    """One line."""
    text: str
    payload: str
    """JSON in the format of Alertmanager's webhook."""


class Told(Value):
    """What came of one attempt, as a channel says it."""

    result: Result
    reason: str = ""
    retry_after_s: float | None = None
    """The receiver wants to be left alone for so long."""
