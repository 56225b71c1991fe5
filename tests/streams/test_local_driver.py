"""The local driver keeps the rules of Kafka that matter: order, home partitions, positions that move after the work."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from schemas.documents import DocumentUpserted
from schemas.operations import DeadLettered
from schemas.questions import QuestionAsked
from streams.fuse import FuseBlownError
from streams.local_driver import LocalBroker, LocalDriver, LocalStore
from streams.partitioning import home_partition
from streams.records import Outgoing
from streams.topics import TopicNames
from tests.streams.playbook import batch_stage, handler_stage, note, step_stage
from tests.streams.samples import NOON, clock, document, record


@asynccontextmanager
async def running(driver):
    task = asyncio.ensure_future(driver.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def sent(doc_id, text="one", **about):
    return Outgoing("documents", doc_id.encode(), document(doc_id, text).encode(), **about)


def make(*stages, broker=None, **options):
    return LocalDriver(broker or LocalBroker(clock), stages, clock, **options)


async def settled(driver):
    async with asyncio.timeout(5), running(driver):
        await driver.settle()


def notes(driver):
    return [event.text for event in driver.broker.events("queries") if isinstance(event, QuestionAsked)]


async def test_what_is_published_goes_through_all_stages_that_read_it():
    async def batch(events):
        return [[note(event, f"batch {event.doc_id}")] for event in events]

    driver = make(step_stage(), batch_stage(batch))
    await driver.broker.publish(DocumentUpserted(event_id="e", doc_id="a", text="x", at=NOON))
    await settled(driver)
    assert sorted(notes(driver)) == ["a 1", "batch a"]


async def test_records_of_a_key_are_worked_on_in_order():
    driver = make(step_stage())
    for number in range(200):
        await driver.broker.send([sent(f"doc-{number % 7}", str(number))])
    await settled(driver)
    for doc in range(7):
        mine = [text for text in notes(driver) if text.startswith(f"doc-{doc} ")]
        assert mine == [f"doc-{doc} {n}" for n in range(1, len(mine) + 1)]


async def test_a_keyed_record_is_at_home_unless_its_partition_is_given():
    broker = LocalBroker(clock)
    for number in range(20):
        await broker.send([sent(f"doc-{number}"), sent("given", partition=3)])
    for (_, partition), log in broker.logs.items():
        assert {each.key for each in log if home_partition(each.key, 4) != partition} <= {b"given"}
        assert [each.offset for each in log] == list(range(len(log)))
    assert len([each for each in broker.logs["documents", 3] if each.key == b"given"]) == 20


async def test_records_without_a_key_go_round():
    broker = LocalBroker(clock)
    await broker.send([Outgoing("documents", None, b"{}")] * 8)
    assert [len(broker.logs["documents", part]) for part in range(4)] == [2, 2, 2, 2]


async def test_a_stray_comes_home_and_is_counted_there():
    driver = make(step_stage())
    home = home_partition(b"a", 4)
    await driver.broker.send([sent("a"), sent("a", "two", partition=(home + 1) % 4)])
    await settled(driver)
    assert notes(driver) == ["a 1", "a 2"]
    assert {partition for _, partition, _ in driver.store.data} == {home}


async def test_settling_waits_for_what_follows_from_what_is_there():
    async def slow(event):
        await asyncio.sleep(0.02)
        return [note(event, "late")]

    driver = make(handler_stage(slow))
    await driver.broker.send([sent(str(number)) for number in range(20)])
    await settled(driver)
    assert len(notes(driver)) == 20


async def test_handlers_run_at_the_same_time_up_to_their_concurrency():
    now = most = 0

    async def handler(event):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return []

    driver = make(handler_stage(handler))
    await driver.broker.send([sent("a", str(number)) for number in range(40)])
    await settled(driver)
    assert most == 16


async def test_a_restart_with_the_same_store_goes_on_where_it_was():
    broker, store = LocalBroker(clock), LocalStore()
    first = make(step_stage(), broker=broker, store=store)
    await broker.send([sent("a")])
    await settled(first)
    await broker.send([sent("a", "two")])
    await settled(make(step_stage(), broker=broker, store=store, committed=first.committed))
    assert notes(first) == ["a 1", "a 2"]


async def test_a_restart_that_lost_its_positions_sees_redelivery_and_counts_nothing_twice():
    """DESIGN section 4: what a crash between the state and the commit looks like."""
    broker, store = LocalBroker(clock), LocalStore()
    await broker.send([sent("a"), sent("a", "two")])
    await settled(make(step_stage(), broker=broker, store=store))
    await broker.send([sent("a", "three")])
    await settled(make(step_stage(), broker=broker, store=store))
    assert [event.text for event in broker.events("queries")] == ["a 1", "a 2", "a 3"]


async def test_following_gives_what_arrives_from_now_on_and_skips_the_malformed():
    broker = LocalBroker(clock)
    await broker.send([sent("before")])
    found = []

    async def follow():
        async for event in broker.follow("documents"):
            found.append(event.doc_id)
            if len(found) == 3:
                return

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(follow())
        await asyncio.sleep(0)
        await broker.send([sent("a"), Outgoing("documents", b"b", b"{")])
        await broker.send([sent("b"), sent("c")])
    assert sorted(found) == ["a", "b", "c"]


async def test_malformed_values_reach_the_dead_letters_and_not_the_events():
    driver = make(step_stage())
    await driver.broker.send([Outgoing("documents", b"a", b"{"), sent("a")])
    await settled(driver)
    assert [event.doc_id for event in driver.broker.events("documents")] == ["a"]
    [letter] = driver.broker.events("dead-letters")
    assert isinstance(letter, DeadLettered)
    assert letter.value == b"{"


async def test_what_no_stage_survives_ends_the_run():
    async def broken(event):
        raise ValueError

    driver = make(handler_stage(broken))
    await driver.broker.send([sent("a", str(number)) for number in range(250)])
    async with running(driver) as task:
        with pytest.raises(ExceptionGroup) as caught:
            await asyncio.wait_for(asyncio.shield(task), 5)
    assert caught.group_contains(FuseBlownError)
    assert driver.committed["answer", "documents", home_partition(b"a", 4)] < 250


async def test_a_namespace_is_kept_throughout():
    driver = make(step_stage(), broker=LocalBroker(clock, TopicNames("blue")))
    await driver.broker.publish(DocumentUpserted(event_id="e", doc_id="a", text="x", at=NOON))
    await settled(driver)
    assert [event.text for event in driver.broker.events("blue.queries")] == ["a 1"]


async def test_a_store_forgets_what_is_written_as_none():
    store = LocalStore()
    await store.write(record(b""), b"k", b"v")
    assert store.read(record(b"", offset=9), b"k") == b"v"
    assert store.read(record(b"", partition=1), b"k") is None
    await store.write(record(b""), b"k", None)
    await store.write(record(b""), b"k", None)
    assert store.read(record(b""), b"k") is None
