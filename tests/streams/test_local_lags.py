from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from streams.local_driver import LocalBroker, LocalDriver
from streams.local_lags import LocalLags
from streams.records import Outgoing
from streams.stages import HandlerStage
from streams.topics import QUERIES
from tests.contracts.lag_reader_contract import LagReaderContract


def utc_now():
    return datetime.now(UTC)


async def nothing(event):
    return ()


@dataclass
class MemoryWorld:
    broker: LocalBroker = field(default_factory=lambda: LocalBroker(utc_now))
    seconds: float = 0.0

    def __post_init__(self):
        stages = [HandlerStage(role, role, QUERIES, nothing) for role in ("answer", "watch")]
        self.reader = LocalLags(self.broker, lambda: self.seconds, LocalDriver(self.broker, stages, utc_now))

    async def produce(self, partition, records):
        await self.broker.send([Outgoing("queries", None, b"{}", partition=partition)] * records)

    async def take_in(self, role, partition, position):
        self.reader.driver.committed[role, "queries", partition] = position


class TestLocalLags(LagReaderContract):
    @pytest.fixture
    def world(self):
        return MemoryWorld()


async def test_nothing_lags_where_no_driver_runs():
    assert await LocalLags(LocalBroker(utc_now)).lags() == {}
