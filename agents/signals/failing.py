"""A dead letter in, that there was one out."""

from collections.abc import Collection, Sequence
from typing import Final

from agents.shapes import Handler
from agents.signals.observing import observed
from schemas.event import Event
from schemas.operations import DeadLettered

OPERATORS: Final = "default"
"""The tenant that operations belong to, whosever event failed."""


def making_dead_letters_observed(unseen: Collection[str]) -> Handler[DeadLettered]:
    """Source `operations`. Of the stages that are `unseen` nothing is told: they look at what this handler gives.

    Otherwise a signal that they cannot take would make a dead letter, and that the next signal, without end.
    """

    async def observe(letter: DeadLettered) -> Sequence[Event]:
        if letter.stage in unseen:
            return ()
        labels = {"stage": letter.stage, "error": letter.error}
        return (observed(letter, "operations", {"dead_letters": 1.0}, labels=labels, tenant=OPERATORS),)

    return observe
