"""The stages of the role `dispatch`, wired to what they read; `topology.py` has those of the others.

alerts -> route -> notifications -> deliver -> deliveries -> send -> notifications
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from agents.dispatching.deliver import delivery_key, make_delivery_step, making_delivery_ticks
from agents.dispatching.ports import Notifier, SubscriptionBook
from agents.dispatching.queue import Delivering, Queue
from agents.dispatching.route import make_routing_handler
from agents.dispatching.send import attempt_failed, make_sending_handler
from agents.ports import Clock
from schemas.notifications import Channel
from streams.roles import DISPATCH, QUEUED
from streams.stages import HandlerStage, Stage, StepStage
from streams.topics import ALERTS, DELIVERIES, NOTIFICATIONS

RETRIED_EVERY_S: Final = 1.0
"""How soon it is noticed that an attempt's time has come."""


@dataclass(frozen=True)
class DispatchingPorts:
    """What subscribers are told with."""

    notifiers: Mapping[Channel, Notifier]
    book: SubscriptionBook
    clock: Clock
    external_url: str = ""
    concurrency: int = 64
    limits: Delivering = field(default_factory=Delivering)


def dispatch_stages(ports: DispatchingPorts) -> tuple[Stage, ...]:
    """Alerts in; each told to those who asked for it, and what came of that, out."""
    return (
        # One at a time: an alert and its end must be queued in this order.
        HandlerStage(
            name="route", role=DISPATCH, source=ALERTS, handler=make_routing_handler(ports.book), concurrency=1
        ),
        StepStage(
            name="deliver",
            role=DISPATCH,
            source=NOTIFICATIONS,
            step=make_delivery_step(ports.limits),
            state=Queue,
            table=QUEUED,
            state_key=delivery_key,
            max_batch=256,
            due=making_delivery_ticks(ports.limits),
            due_every_s=RETRIED_EVERY_S,
        ),
        HandlerStage(
            name="send",
            role=DISPATCH,
            source=DELIVERIES,
            handler=make_sending_handler(ports.notifiers, ports.book, ports.clock, ports.external_url),
            concurrency=ports.concurrency,
            fallback=attempt_failed,
        ),
    )
