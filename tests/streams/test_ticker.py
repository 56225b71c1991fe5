import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.failures import TransientError
from streams.local_driver import LocalBroker
from streams.ticker import Ticker, tick_at
from streams.topics import TopicNames

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TIMES = st.floats(9e8, 4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_workers_whose_clocks_differ_a_little_send_the_same_tick():
    assert tick_at(NOON + timedelta(seconds=0.3), 2.0) == tick_at(NOON + timedelta(seconds=1.9), 2.0)
    assert tick_at(NOON, 2.0).event_id != tick_at(NOON + timedelta(seconds=2), 2.0).event_id


@given(TIMES, st.floats(0.1, 3_600))
def test_a_tick_is_at_the_beginning_of_its_slot(now, every_s):
    since = (now - tick_at(now, every_s).at).total_seconds()
    assert -1e-5 <= since <= every_s + 1e-5


class Shaky:
    """An outbox that fails first."""

    def __init__(self):
        self.calls = 0

    async def send(self, records):
        self.calls += 1
        if self.calls == 1:
            raise TransientError("away")


def utc_now():
    return datetime.now(UTC)


async def ticking(outbox, for_s, ours=lambda: True):
    names = getattr(outbox, "names", None) or TopicNames()
    running = asyncio.ensure_future(Ticker(names, outbox, utc_now, ours, 0.02).run())
    await asyncio.sleep(for_s)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_ticks_come_one_a_slot():
    broker = LocalBroker(utc_now)
    await ticking(broker, 0.3)
    ticks = broker.events("ticks")
    assert 3 <= len(ticks) <= 16
    assert len({each.event_id for each in ticks}) == len(ticks)


async def test_a_worker_that_does_not_read_the_ticks_sends_none():
    broker = LocalBroker(utc_now)
    await ticking(broker, 0.1, ours=lambda: False)
    assert broker.events("ticks") == []


async def test_a_tick_that_could_not_be_sent_does_not_stop_the_beat():
    outbox = Shaky()
    await ticking(outbox, 0.3)
    assert outbox.calls > 1
