"""A tick in, how far the roles are behind and what ragstream depends on out.

One event tells all of a sample, and of each role its worst partition, so that the number of signals does not grow with
that of partitions. A tick that waited too long gives none: what is seen now is not how it was then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agents.ports import Clock, LagReader, PartitionLag, Prober, Together
from agents.shapes import Handler
from agents.signals.failing import OPERATORS
from agents.signals.observing import observed
from schemas.event import Event
from schemas.monitors import Ticked

STALE_S: Final = 10.0


@dataclass(frozen=True)
class SamplingPorts:
    """What a sample is taken of."""

    lags: LagReader
    prober: Prober
    clock: Clock
    together: Together
    stuck_after_s: float = 120.0
    """A partition whose records wait that long without any progress is stuck."""


def make_sampling_handler(ports: SamplingPorts) -> Handler[Ticked]:
    """Bind the ports. The handler raises `TransientError` when Kafka does not say how far the roles are."""

    async def sample(tick: Ticked) -> Sequence[Event]:
        if stale_in_s(tick, ports.clock()) < 0:
            return ()
        lags, up = await ports.together(ports.lags.lags, ports.prober.up)
        values = dict(_values(lags, up, tick.at, ports.stuck_after_s))
        labels = dict(_labels(lags, ports.stuck_after_s))
        return (observed(tick, "operations", values, labels=labels, tenant=OPERATORS),)

    return sample


def stale_in_s(tick: Ticked, now: datetime) -> float:
    """How long a sample may be taken for `tick` from now on; negative when it is too late."""
    return STALE_S - (now - tick.at) / timedelta(seconds=1)


def _values(
    lags: Mapping[str, Sequence[PartitionLag]], up: Mapping[str, bool], at: datetime, stuck_after_s: float
) -> Iterator[tuple[str, float]]:
    for role, partitions in lags.items():
        oldest = min((each.oldest_at for each in partitions if each.oldest_at), default=at)
        yield f"lag.{role}", sum(each.records for each in partitions)
        yield f"oldest_s.{role}", max(0.0, (at - oldest).total_seconds())
        yield f"stuck.{role}", float(any(each.still_s >= stuck_after_s for each in partitions))
    for dependency, serves in up.items():
        yield f"up.{dependency}", float(serves)


def _labels(lags: Mapping[str, Sequence[PartitionLag]], stuck_after_s: float) -> Iterator[tuple[str, str]]:
    """Where a role is stuck: topic and partition."""
    for role, partitions in lags.items():
        worst = max(partitions, key=lambda each: each.still_s, default=None)
        if worst is not None and worst.still_s >= stuck_after_s:
            yield f"stuck.{role}", f"{worst.topic}/{worst.partition}"
