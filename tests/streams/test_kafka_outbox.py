import asyncio
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError, MessageSizeTooLargeError, RecordListTooLargeError

from schemas.failures import PermanentError, TransientError
from streams import kafka_outbox
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing

ERRORS = {
    "big": MessageSizeTooLargeError,
    "list": RecordListTooLargeError,
    "slow": KafkaTimeoutError,
    "bug": TypeError,
}


class FakeProducer:
    """Fails where a record's value is an exception's name: `!` at once, `~` after a moment, as the broker would."""

    def __init__(self, **options):
        self.options = options
        self.log = []
        self.stopped = False

    async def start(self):
        if self.options["bootstrap_servers"] == "nowhere:1":
            raise KafkaConnectionError("no route")

    async def stop(self):
        self.stopped = True

    async def send(self, topic, *, value, key, partition, headers):
        kind, name = value[:1].decode(), value[1:].decode()
        if kind == "!":
            raise ERRORS[name]
        return asyncio.ensure_future(self._confirm(kind, name, len(self.log)))

    async def _confirm(self, kind, name, offset):
        await asyncio.sleep(0.001)
        self.log.append(name)
        if kind == "~":
            raise ERRORS[name]
        return SimpleNamespace(partition=1, offset=len(self.log) - 1)


@pytest.fixture
async def outbox(monkeypatch):
    monkeypatch.setattr(kafka_outbox, "AIOKafkaProducer", FakeProducer)
    async with KafkaOutbox("host:1", "test") as connected:
        yield connected


def out(*values):
    return [Outgoing("t", b"k", value.encode(), {"h": b"v"}) for value in values]


async def test_it_returns_when_every_record_is_delivered(outbox):
    assert await outbox.deliver(out("=a", "=b")) == [(1, 0), (1, 1)]
    assert await outbox.send(out("=c")) is None


@pytest.mark.parametrize("value", ["!big", "~big", "~list"])
async def test_a_record_too_large_is_a_permanent_error(outbox, value):
    """FAILURES 12."""
    with pytest.raises(PermanentError, match="larger than Kafka takes"):
        await outbox.send(out("=a", value, "=b"))


@pytest.mark.parametrize("value", ["!slow", "~slow"])
async def test_what_is_not_known_to_be_delivered_is_a_transient_error(outbox, value):
    with pytest.raises(TransientError, match="KafkaTimeoutError"):
        await outbox.send(out("=a", value))


async def test_when_it_raises_nothing_is_in_flight_any_more(outbox):
    """Else a retry could overtake it, and the loss of its error would go unnoticed."""
    with pytest.raises(PermanentError):
        await outbox.send(out("=a", "~slow", "!big"))
    assert outbox._producer.log == ["a", "slow"]


async def test_a_bug_stays_what_it_is(outbox):
    with pytest.raises(TypeError):
        await outbox.send(out("~bug"))


async def test_it_waits_for_all_replicas_and_repeats_without_duplicates(outbox):
    options = outbox._producer.options
    assert (options["acks"], options["enable_idempotence"]) == ("all", True)


async def test_without_a_broker_it_says_so_and_leaves_nothing_open(monkeypatch):
    monkeypatch.setattr(kafka_outbox, "AIOKafkaProducer", FakeProducer)
    with pytest.raises(TransientError, match="no Kafka broker answers at nowhere:1"):
        await KafkaOutbox("nowhere:1", "test").start()


async def test_before_start_and_after_stop_it_is_not_connected(outbox):
    producer = outbox._producer
    await outbox.stop()
    await outbox.stop()
    assert producer.stopped
    with pytest.raises(TransientError, match="not connected"):
        await outbox.send(out("=a"))
