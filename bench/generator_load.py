"""Many questions at once for a slow language model: throughput, what other questions feel of it, and memory.

    python -m bench.generator_load FOLDER [--questions 200] [--seconds 2] [--concurrency 16] [--json]

FOLDER holds .md or .txt files. A local stack of its own is started, with a server that thinks `--seconds` about each
request. `--questions` are kept waiting all the time, a new one asked for each that is answered; meanwhile questions
that need no model (nothing in the documents answers them) are asked one after the other, and compared with the same on
the idle system. Wanted: answers a second of at least 85 % of concurrency over seconds, p95 of the others at most twice
as long, and a resident size of the answer role that stays within 5 % of its median.
"""

import argparse
import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.ingest_corpus import Document
from bench.ingest_facts import machine
from bench.ingest_processes import tell
from bench.ingest_ragstream import Producer
from bench.own_stack import own_stack
from bench.query_latency import Client, questions
from bench.slow_model import SlowModel, slow_model
from infra.settings import Settings
from streams.cli.role_processes import role_process
from streams.cli.up import bring_up
from streams.roles import ANSWER
from streams.topics import ANSWERS, QUERIES, TopicNames

RESULTS = Path(__file__).parent / "results" / "generator_load.json"
ROUNDS = 5
ROUND_S = 10.0
WARM_UP_S = 30.0
"""Until all that are kept waiting have been searched for."""
OTHERS = 40
NOWHERE = "Which zither did Quetzalpherus tune for the Vrondish emperor {number}?"
MIB = 2**20
LEAST_PART, MOST_RATIO, MOST_STRAYING = 0.85, 2.0, 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="documents")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    with slow_model(arguments.seconds) as model:
        os.environ |= {
            "RAGSTREAM_GENERATOR__KIND": "openai",
            "RAGSTREAM_GENERATOR__BASE_URL": model.base_url,
            "RAGSTREAM_GENERATOR__MODEL": "slow",
            "RAGSTREAM_GENERATOR__CONCURRENCY": str(arguments.concurrency),
        }
        with own_stack() as settings:
            measured = asyncio.run(measure(settings, model, arguments))
    report = {**machine(), **measured}
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    for name, value in measured.items():
        print(f"{name:32} {value}")
    if arguments.json:
        print(json.dumps(report))


async def measure(settings: Settings, model: SlowModel, arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything, on a stack that this starts."""
    running, _ = await bring_up(settings, 1, tell)
    bootstrap, names = running.kafka.bootstrap or "", TopicNames()
    worker = psutil.Process(role_process(ANSWER, 1, settings.home).process.pid)
    paths = sorted([*arguments.folder.rglob("*.md"), *arguments.folder.rglob("*.txt")])
    documents = [Document(str(each), None, each.read_text("utf-8"), "text/markdown") for each in paths]
    texts = questions(arguments.folder)
    rounds, sizes = [], []
    async with (
        Producer(bootstrap, names) as producer,
        Client(bootstrap, names.wire(QUERIES), names.wire(ANSWERS)) as client,
        Client(bootstrap, names.wire(QUERIES), names.wire(ANSWERS)) as other,
    ):
        await producer.ingest(documents, time.perf_counter())
        await others(other)
        idle = await others(other)
        loading = asyncio.ensure_future(kept_waiting(client, texts, arguments))
        await asyncio.sleep(WARM_UP_S)
        busy = []
        for number in range(ROUNDS):
            before, began = model.served, time.perf_counter()
            busy.append(await others(other))
            await asyncio.sleep(max(0.0, began + ROUND_S - time.perf_counter()))
            rounds.append((model.served - before) / (time.perf_counter() - began))
            sizes.append(round(worker.memory_info().rss / MIB, 1))
            tell(f"round {number + 1}: {rounds[-1]:.2f} answers/s, others p95 {busy[-1]:.0f} ms, {sizes[-1]} MiB")
        loading.cancel()
    fallen_back = sum("fallback" in str(event["findings"]) for _, event in client.came.values())
    ideal = arguments.concurrency / arguments.seconds
    median = float(np.median(sizes))
    strays = max(abs(each / median - 1) for each in sizes)
    slower = float(np.median(busy)) / idle
    return {
        "answers_per_second": round(float(np.median(rounds)), 2),
        "concurrency_over_seconds": ideal,
        "part_of_ideal": round(float(np.median(rounds)) / ideal, 3),
        "most_requests_at_the_model": model.most_in_hand,
        "answers_by_fallback": fallen_back,
        "others_p95_idle_ms": round(idle, 1),
        "others_p95_ms": [round(each, 1) for each in busy],
        "others_ratio": round(slower, 2),
        "rss_mib": sizes,
        "met": bool(np.median(rounds) / ideal >= LEAST_PART and slower <= MOST_RATIO and strays <= MOST_STRAYING),
    }


async def kept_waiting(client: Client, texts: list[str], arguments: argparse.Namespace) -> None:
    """Keep so many questions waiting for an answer, until cancelled."""
    number = 0
    while True:
        while len(client.sent) - len(client.came) < arguments.questions:
            await client.ask(texts[number % len(texts)], deadline_ms=300_000)
            number += 1
        await asyncio.sleep(0.01)


async def others(client: Client) -> float:
    """p95 in milliseconds of questions that no document answers, one after the other."""
    client.sent.clear()
    client.came.clear()
    for number in range(OTHERS):
        await client.ask(NOWHERE.format(number=number))
        while len(client.came) < len(client.sent):  # noqa: ASYNC110 - the client tells nobody
            await asyncio.sleep(0.001)
    wrong = [event for _, event in client.came.values() if event["type"] != "AnswerAbstained"]
    if wrong:
        raise SystemExit(f"{wrong[0]['type']} for a question that nothing answers: {wrong[0].get('reason')}")
    return float(np.percentile([1_000 * (came - client.sent[each]) for each, (came, _) in client.came.items()], 95))


if __name__ == "__main__":
    main()
