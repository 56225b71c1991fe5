import asyncio

from schemas.guardrails import PolicyPublished
from schemas.prompts import PromptLabelled, PromptPublished
from streams.control_events import ControlEvents
from streams.control_local import LocalControl
from streams.local_driver import LocalBroker
from streams.prompt_book import InMemoryPromptBook
from tests.streams.prompt_samples import labelled, published
from tests.streams.samples import clock


async def test_what_is_published_in_memory_is_in_force_once_it_has_settled():
    book, policies = InMemoryPromptBook(), []
    broker = LocalBroker(clock)
    appliers = {PromptPublished: book.apply, PromptLabelled: book.apply, PolicyPublished: policies.append}
    control = LocalControl(ControlEvents(appliers, broker.names, broker), broker)
    await broker.publish(published())
    async with asyncio.TaskGroup() as group:
        running = group.create_task(control.run())
        await control.settle()
        assert book.versions("default", "answer").get(published().version)
        await broker.publish(labelled(published().version))
        await broker.publish(PolicyPublished(name="strict"))
        await control.settle()
        assert book.prompt("default", "answer", "production").version == published().version
        assert [each.name for each in policies] == ["strict"]
        await broker.publish(published("{{ nobody }}"))
        await control.settle()
        running.cancel()
    assert len(broker.events("dead-letters")) == 1


async def test_with_nobody_to_tell_it_ends_at_once():
    broker = LocalBroker(clock)
    control = LocalControl(ControlEvents({}, broker.names), broker)
    await control.run()
    await control.settle()
