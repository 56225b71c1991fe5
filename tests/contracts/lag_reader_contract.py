"""What every lag reader must do; a test file inherits it and gives a `world` fixture: a `LagWorld`."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from agents.ports import LagReader


class LagWorld(Protocol):
    """A Kafka, or what stands for it, in which one role reads the topic `queries` and another `answers`, too."""

    reader: LagReader
    seconds: float
    """The reader's monotonic clock."""

    async def produce(self, partition: int, records: int) -> None:
        """Onto `queries`, which has four partitions."""
        ...

    async def take_in(self, role: str, partition: int, position: int) -> None:
        """Let a role have worked on all of a partition of `queries` below `position`."""
        ...


class LagReaderContract:
    """The port `LagReader`, as its callers may rely on it. Roles are `answer` and `watch`; both read `queries`."""

    async def test_roles_with_nothing_before_them_are_named_too(self, world: LagWorld) -> None:
        assert await world.reader.lags() == {"answer": [], "watch": []}

    async def test_each_role_has_before_it_what_it_has_not_taken_in(self, world: LagWorld) -> None:
        await world.produce(0, 3)
        await world.produce(2, 5)
        await world.take_in("answer", 0, 3)
        await world.take_in("answer", 2, 4)
        found = await world.reader.lags()
        counted = {role: [(each.topic, each.partition, each.records) for each in lags] for role, lags in found.items()}
        assert counted == {"answer": [("queries", 2, 1)], "watch": [("queries", 0, 3), ("queries", 2, 5)]}

    async def test_the_oldest_record_that_waits_tells_since_when(self, world: LagWorld) -> None:
        before = datetime.now(UTC) - timedelta(seconds=1)
        await world.produce(1, 1)
        [first] = (await world.reader.lags())["answer"]
        await world.produce(1, 1)
        [still] = (await world.reader.lags())["answer"]
        await world.take_in("answer", 1, 1)
        [second] = (await world.reader.lags())["answer"]
        assert first.oldest_at is not None
        assert second.oldest_at is not None
        assert before <= first.oldest_at == still.oldest_at <= second.oldest_at

    async def test_a_role_that_makes_no_progress_stands_still(self, world: LagWorld) -> None:
        async def still_s() -> list[float]:
            return [each.still_s for each in (await world.reader.lags())["answer"]]

        await world.produce(3, 3)
        assert await still_s() == [0.0]
        world.seconds += 50
        await world.produce(3, 1)
        assert await still_s() == [50.0]
        await world.take_in("answer", 3, 1)
        assert await still_s() == [0.0]
        await world.take_in("answer", 3, 4)
        assert await still_s() == []
