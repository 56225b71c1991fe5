"""The same end to end: questions onto Kafka, answers, signals, conditions, alerts; what was told out."""

import argparse
import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.ingest_corpus import Part
from bench.ingest_corpus import read as read_corpus
from bench.ingest_processes import tell
from bench.ingest_ragstream import Producer
from bench.own_stack import own_stack
from bench.query_latency import Client
from bench.question_drift_memory import MONITOR, share_of_new
from bench.question_streams import BEFORE, SHIFT, Questions, shifting
from infra.settings import Settings
from schemas.event import EPOCH
from schemas.monitors import MonitorDefined, QuestionDrift
from schemas.operations import AlertFired
from streams.alert_log import Told, read_alerts
from streams.cli.up import bring_up
from streams.codec import encode
from streams.kafka_outbox import KafkaOutbox
from streams.topics import ANSWERS, QUERIES, TopicNames

AFTER = 700
IN_FLIGHT = 24
KEEP_S = 5.0
"""How long it must be well again: the alert's usual five minutes are longer than the whole run."""
LONGEST_WAIT_S = 120.0


def measure(questions: Questions, folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """One stack of its own, one stream."""
    with own_stack() as settings:
        return asyncio.run(_measured(settings, questions, folder, arguments))


async def _measured(
    settings: Settings, questions: Questions, folder: Path, arguments: argparse.Namespace
) -> dict[str, Any]:
    running, _ = await bring_up(settings, 1, tell)
    bootstrap, names = running.kafka.bootstrap or "", TopicNames()
    async with Producer(bootstrap, names) as producer:
        documents = read_corpus(folder / "scifact", arguments.documents, Part(0, 1))
        tell(f"Ingesting {len(documents)} documents")
        await producer.ingest(documents, time.perf_counter())
    monitor = MonitorDefined(
        name=MONITOR, source="questions", signal="question", detector=QuestionDrift(), keep_s=KEEP_S
    )
    async with KafkaOutbox(bootstrap, "bench") as outbox:
        await outbox.send([encode(monitor, names, "bench")])
    stream = shifting(questions, AFTER, arguments.kind, random.Random(7))
    texts = [(questions.new if is_new else questions.usual)[place] for is_new, place in stream]
    began, times = time.perf_counter(), []
    async with Client(bootstrap, names.wire(QUERIES), names.wire(ANSWERS)) as client:
        for number, text in enumerate(texts):
            if number in {0, BEFORE, BEFORE + SHIFT}:
                await _answered(client, 0)
                times.append(datetime.now(UTC))
            await _answered(client, IN_FLIGHT)
            await client.ask(text)
            if number % 500 == 0:
                tell(f"  {number:,} of {len(texts):,} questions, {len(client.came):,} answered")
        await _answered(client, 0)
        outcomes = Counter(event["type"] for _, event in client.came.values())
    asked_s = time.perf_counter() - began
    told = await _told(bootstrap, names)
    return {**_report(told, times, questions), "questions_per_s": round(len(texts) / asked_s, 1), "outcomes": outcomes}


async def _answered(client: Client, left: int) -> None:
    """Wait until at most so many questions are open. Raises `SystemExit` when nothing comes any more."""
    waited = time.perf_counter()
    count = len(client.came)
    while len(client.sent) - len(client.came) > left:
        await asyncio.sleep(0.005)
        if len(client.came) > count:
            count, waited = len(client.came), time.perf_counter()
        if time.perf_counter() - waited > LONGEST_WAIT_S:
            raise SystemExit(f"{len(client.sent) - len(client.came)} questions were not answered")


async def _told(bootstrap: str, names: TopicNames) -> list[Told]:
    """All alerts, when that of the monitor is resolved; what there is after a while."""
    until = time.perf_counter() + LONGEST_WAIT_S
    while True:
        found = [each async for each in read_alerts(bootstrap, names, EPOCH)]
        mine = [each for each in found if each.alert == MONITOR]
        if (mine and not isinstance(mine[-1], AlertFired)) or time.perf_counter() > until:
            return found
        await asyncio.sleep(1.0)


def _report(told: list[Told], times: list[datetime], questions: Questions) -> dict[str, Any]:
    mine = [each for each in told if each.alert == MONITOR]
    fired = [each for each in mine if isinstance(each, AlertFired)]
    resolved = [each for each in mine if not isinstance(each, AlertFired)]
    _, shifted, back = times
    return {
        "alerts": len(fired),
        "alerts_before_shift": sum(each.at < shifted for each in fired),
        "resolved": len(resolved),
        "resolved_after_shift": sum(each.at > back for each in resolved),
        "said": [each.summary for each in fired],
        "details": [each.details for each in fired],
        "examples_that_are_new": [round(share_of_new(dict(each.details), questions.new), 2) for each in fired],
        "alerts_of_other_monitors": Counter(
            f"{each.alert} {'before the shift' if each.at < shifted else 'since'}"
            for each in told
            if isinstance(each, AlertFired) and each.alert != MONITOR
        ),
    }
