"""Prompts on a real Kafka: published and labelled by the command line, in force in running readers a moment later."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from agents.answering.prompting import ANSWER
from infra.settings import Settings
from schemas.operations import DeadLettered
from schemas.prompts import PromptLabelled, PromptPublished
from streams.codec import encode
from streams.control_events import ControlEvents
from streams.control_reader import ControlReader, following
from streams.kafka_admin import ensure_topics, planned_topics
from streams.kafka_outbox import KafkaOutbox
from streams.letter_box import Wanted, letters
from streams.prompt_book import InMemoryPromptBook
from streams.prompt_file import prompt_yaml
from streams.roles import TABLES
from streams.topics import PROMPTS, TopicNames
from tests.live.workers import ragstream, ragstream_json
from tests.streams.prompt_samples import labelled, published

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

FIRST, SECOND = published("First."), published("Second.")
IN_FORCE_WITHIN_S = 1.0


@pytest.fixture
async def kafka(live_stack: Settings) -> Settings:
    """A namespace of its own, with its topics and no workers."""
    settings = live_stack.model_copy(update={"namespace": f"p{uuid4().hex[:10]}"})
    await ensure_topics(settings.kafka.bootstrap, planned_topics(TopicNames(settings.namespace), TABLES), 1)
    return settings


def reader(settings: Settings, book: InMemoryPromptBook, outbox: KafkaOutbox | None = None) -> ControlReader:
    """As a worker makes it."""
    appliers = {PromptPublished: book.apply, PromptLabelled: book.apply}
    events = ControlEvents(appliers, TopicNames(settings.namespace), outbox)
    return ControlReader.on_kafka(settings.kafka.bootstrap, events)


def serving(book: InMemoryPromptBook) -> str:
    prompt = book.prompt("default", "answer", "production")
    assert prompt is not None
    return prompt.version


async def seconds_until(condition: Callable[[], bool], limit_s: float = 20.0) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < limit_s
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def test_a_label_is_in_force_in_every_running_reader_within_a_second(kafka: Settings) -> None:
    names, books = TopicNames(kafka.namespace), [InMemoryPromptBook() for _ in range(3)]
    async with KafkaOutbox(kafka.kafka.bootstrap, "test") as outbox, asyncio.TaskGroup() as group:
        readers = [reader(kafka, book) for book in books]
        running = [group.create_task(each.run()) for each in readers]
        for each in readers:
            await each.caught_up()
        await outbox.send([encode(each, names, "test") for each in (FIRST, SECOND)])
        took = []
        for version in (FIRST.version, SECOND.version) * 3:
            await outbox.send([encode(labelled(version), names, "test")])
            took.append(await seconds_until(lambda: all(serving(book) == version for book in books)))  # noqa: B023
            await asyncio.sleep(0.7)  # longer than a fetch waits, so that the next label finds the readers idle
        for task in running:
            task.cancel()
    print(f"in force after {[round(each * 1_000) for each in took]} ms")  # noqa: T201 - what was measured
    assert max(took) < IN_FORCE_WITHIN_S


async def test_the_command_line_publishes_labels_compares_and_rolls_back(kafka: Settings, tmp_path: Path) -> None:
    book = InMemoryPromptBook()
    files = [tmp_path / "first.yaml", tmp_path / "second.yaml"]
    for file, prompt in zip(files, (FIRST, SECOND), strict=True):
        file.write_text(prompt_yaml(prompt), "utf-8")

    def run(*arguments: str) -> dict[str, object]:
        return ragstream_json(kafka, "prompts", *arguments)

    async with following(reader(kafka, book)):
        assert serving(book) == ANSWER.version
        done = await asyncio.to_thread(run, "publish", str(files[0]), "--label", "production")
        assert (done["version"], done["published"]) == (FIRST.version, True)
        assert await seconds_until(lambda: serving(book) == FIRST.version) < IN_FORCE_WITHIN_S
        await asyncio.to_thread(run, "publish", str(files[1]))
        await asyncio.to_thread(run, "label", "answer", SECOND.version, "production")
        assert await seconds_until(lambda: serving(book) == SECOND.version) < IN_FORCE_WITHIN_S
        changed = await asyncio.to_thread(run, "diff", "answer", FIRST.version, "production")
        assert "+  template: Second." in changed["diff"]  # type: ignore[operator]
        await asyncio.to_thread(run, "rollback", "answer")
        assert await seconds_until(lambda: serving(book) == FIRST.version) < IN_FORCE_WITHIN_S
    listed = await asyncio.to_thread(run, "list")
    assert [(row["version"], row["labels"]) for row in listed["prompts"] if row["published"]] == [  # type: ignore[attr-defined]
        (FIRST.version, ["production"]),
        (SECOND.version, []),
    ]
    assert listed["problems"] == []
    refused = await asyncio.to_thread(ragstream, kafka, "prompts", "label", "answer", "00000000", "production")
    assert refused.returncode == 3


async def test_what_is_no_prompt_is_dead_lettered_and_the_reader_goes_on(kafka: Settings) -> None:
    names, book = TopicNames(kafka.namespace), InMemoryPromptBook()
    bad = [b"{", json.dumps({"type": "PromptPublished", "name": "x"}).encode()]
    producer = AIOKafkaProducer(bootstrap_servers=kafka.kafka.bootstrap)
    await producer.start()
    for number, value in enumerate(bad):
        await producer.send_and_wait(names.wire(PROMPTS), value, key=b"bad%d" % number)
    await producer.stop()
    async with KafkaOutbox(kafka.kafka.bootstrap, "test") as outbox:
        for _ in range(2):  # two workers, or one that starts again
            async with following(reader(kafka, book, outbox)):
                await outbox.send([encode(each, names, "test") for each in (FIRST, labelled(FIRST.version))])
                await seconds_until(lambda: serving(book) == FIRST.version)
    found: list[DeadLettered] = [each async for each in letters(kafka.kafka.bootstrap, names, Wanted(stage="control"))]
    assert [each.value for each in found] == bad
