"""Questions on an idle system and during a bulk ingest in, the ratio of their 95th percentiles out.

    python -m bench.query_under_ingest FOLDER [--rounds N] [--seconds N] [--rate N] [--documents N] [--json]

FOLDER holds BEIR's `corpus.jsonl` and `queries.jsonl`. A local stack of its own is started, with one worker a role.
After the first DOCUMENTS were ingested, each round asks at a steady rate, first while nothing else goes on and then
while copies of the corpus, each new to the index, are sent as fast as Kafka takes them; the index role has records
before it from the first question to the last, or the round is refused. Milliseconds are from before the send to the
answer's arrival.
"""

import argparse
import asyncio
import dataclasses
import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.ingest_corpus import Document, Part, read
from bench.ingest_facts import machine
from bench.ingest_processes import tell
from bench.ingest_ragstream import Producer
from bench.own_stack import own_stack
from bench.query_latency import Client
from infra.settings import Settings
from streams.cli.up import bring_up
from streams.roles import INDEX, SOURCES
from streams.status import kafka_status
from streams.topics import ANSWERS, QUERIES, TopicNames

RESULTS = Path(__file__).parent / "results" / "query_under_ingest.json"
WARM_UP_S = 5.0
ALLOWED = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a BEIR corpus")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0, help="of asking, in each phase of a round")
    parser.add_argument("--rate", type=float, default=5.0, help="questions a second")
    parser.add_argument("--documents", type=int, default=300, help="in the index before, and sent in each round")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    with own_stack() as settings:
        rounds = asyncio.run(measure(settings, arguments))
    ratio = statistics.median(each["ratio"] for each in rounds)
    report = {**machine(), "rate_per_s": arguments.rate, "rounds": rounds, "ratio of p95": round(ratio, 2)}
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(table(report))
    if arguments.json:
        print(json.dumps(report))


async def measure(settings: Settings, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    running, _ = await bring_up(settings, 1, tell)
    bootstrap, names = running.kafka.bootstrap or "", TopicNames()
    documents = read(arguments.folder, arguments.documents, Part(0, 1))
    lines = (arguments.folder / "queries.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines[:400]]
    rounds = []
    async with (
        Producer(bootstrap, names) as producer,
        Client(bootstrap, names.wire(QUERIES), names.wire(ANSWERS)) as client,
    ):
        await producer.ingest(documents, time.perf_counter())
        await client.steadily(texts, arguments.rate, WARM_UP_S)
        for number in range(arguments.rounds):
            tell(f"Round {number + 1} of {arguments.rounds}")
            idle = await asked(client, texts, arguments)
            tell(f"  idle: {idle}")
            copies = [_copy(each, number) for each in documents]
            ingesting = asyncio.ensure_future(producer.ingest(copies, time.perf_counter()))
            await asyncio.sleep(WARM_UP_S)
            loaded = await asked(client, texts, arguments)
            status = await kafka_status(bootstrap, names, SOURCES)
            if not status.lags[INDEX]:
                raise SystemExit("the ingest ended before the questions did: give more --documents")
            ingested = await ingesting
            tell(f"  during ingest: {loaded}")
            row = {"idle": idle, "during ingest": loaded, "chunks/s": round(ingested.chunks / ingested.seconds, 1)}
            rounds.append({**row, "ratio": round(loaded["p95"] / idle["p95"], 2)})
    return rounds


async def asked(client: Client, texts: list[str], arguments: argparse.Namespace) -> dict[str, float]:
    """Milliseconds of one phase; every question must be answered."""
    client.sent.clear()
    client.came.clear()
    await client.steadily(texts, arguments.rate, arguments.seconds)
    if len(client.came) != len(client.sent):
        raise SystemExit(f"{len(client.sent) - len(client.came)} of {len(client.sent)} questions were not answered")
    took = [1_000 * (came - client.sent[query_id]) for query_id, (came, _) in client.came.items()]
    p50, p95 = np.percentile(took, [50, 95])
    parts = {
        f"{name} p95": round(
            float(np.percentile([event["timings_ms"].get(name, 0) for _, event in client.came.values()], 95)), 1
        )
        for name in ("queue", "embed", "search", "draft")
    }
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "max": round(max(took), 1), **parts}


def table(report: dict[str, Any]) -> str:
    lines = [f"{'ms':<8}{'idle p50':>10}{'p95':>8}{'ingest p50':>12}{'p95':>8}{'ratio of p95':>14}{'chunks/s':>10}"]
    for number, each in enumerate(report["rounds"], start=1):
        idle, loaded = each["idle"], each["during ingest"]
        lines.append(
            f"{number:<8}{idle['p50']:>10}{idle['p95']:>8}{loaded['p50']:>12}{loaded['p95']:>8}"
            f"{each['ratio']:>14}{each['chunks/s']:>10}"
        )
    verdict = "met" if report["ratio of p95"] <= ALLOWED else "MISSED"
    return "\n".join([*lines, f"median ratio {report['ratio of p95']}; at most {ALLOWED:g} is wanted: {verdict}"])


def _copy(document: Document, number: int) -> Document:
    """The same document as another one, whose every chunk is new."""
    return dataclasses.replace(document, doc_id=f"{document.doc_id}-copy-{number}")


if __name__ == "__main__":
    main()
