"""A call of a stage in, its result out, however long that takes; and what is said meanwhile of the stage's state.

It is said as conditions on their topic, in the log, and in the number of partitions that wait.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

import structlog

from agents.ports import Clock
from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.event import Event
from streams import alarms, measured
from streams.carried import carried
from streams.codec import encode
from streams.quotes import without_quotes_of_any
from streams.records import Outbox, Record
from streams.retry import Backoff, Tried, persist
from streams.stages import Stage
from streams.topics import TopicNames

T = TypeVar("T")
SAID_WITHIN_S: Final = 2.0
"""What telling that something is not as it should be may take from the work that it is about."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Patience:
    """That of one stage."""

    stage: Stage
    names: TopicNames
    outbox: Outbox
    clock: Clock
    backoff: Backoff

    async def persist(self, call: Callable[[], Awaitable[T]], record: Record, events: Sequence[Event] = ()) -> Tried[T]:
        """What came of `call`, for which the partition of `record` waits. What it quotes of `events` is not logged."""
        begun = False

        async def counted() -> T:
            nonlocal begun
            if begun:
                measured.retried(self.stage)
            begun = True
            return await call()

        async def on_wait(error: Exception, waited_s: float) -> None:
            measured.waits(self.stage, record, still=True)
            at = self.clock()
            since = at - timedelta(seconds=waited_s)
            await self.say(alarms.partition_waits(self.stage, record, error, since, at))

        async def on_move() -> None:
            measured.waits(self.stage, record, still=False)
            await self.say(alarms.partition_moves(self.stage, record, self.clock()))

        worded = partial(without_quotes_of_any, events=events)
        return await persist(counted, self.backoff, on_wait=on_wait, on_move=on_move, worded=worded)

    async def say(self, condition: ConditionRaised | ConditionCleared, *, in_case: bool = False) -> None:
        """Best effort: when Kafka itself is what is down, the log has to do.

        `in_case`: that it is over is said without knowing of its beginning, which is nothing that a reader has to know.
        """
        if isinstance(condition, ConditionRaised):
            log.error("condition raised", condition=condition.name, summary=condition.summary)
        else:
            tell = log.debug if in_case else log.info
            tell("condition over", condition=condition.name, summary=condition.summary)
        try:
            [(event, headers)] = carried([condition])
            record = encode(event, self.names, f"ragstream/{self.stage.role}")
            async with asyncio.timeout(SAID_WITHIN_S):
                await self.outbox.send([record.with_headers(headers)])
        except Exception as error:  # noqa: BLE001 - it must not stop what it is about
            log.warning("condition-not-sent", error=type(error).__name__)
