"""What a question costs beyond embedding and search: Kafka both ways, Faust, runner, drafting, checking.

Asks at a steady rate over a plain Kafka client (no library of ours in the way) and measures from the moment before
`send` to the moment that the answer is in hand. From that it takes the worker's own embed and search times, which
the answer carries. Beside it, in the same run, the limit: the bare round trip of the same client through the same
broker, one topic, no processing.

    ragstream up && ragstream ingest docs --wait && python bench/query_latency.py docs

Targets: overhead p50 at most 15 ms and p99 at most 80 ms at 20 questions a second.
"""

import argparse
import asyncio
import json
import re
import time
from pathlib import Path
from typing import Self
from uuid import uuid4

import numpy as np
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from infra.local import stack
from infra.settings import Settings
from streams.topics import ANSWER_DELTAS, ANSWERS, QUERIES, TopicNames

WARM_UP_S = 3.0
TARGETS_MS = {"p50": 15.0, "p99": 80.0}


class Client:
    """Sends on one topic and notes when a value with the same id comes back on another."""

    def __init__(self, bootstrap: str, out: str, back: str) -> None:
        self.out, self.back = out, back
        self.producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
        self.consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
        self.sent: dict[str, float] = {}
        self.came: dict[str, tuple[float, dict]] = {}

    async def __aenter__(self) -> Self:
        await self.producer.start()
        await self.consumer.start()
        await self.producer.partitions_for(self.out)
        partitions = await self.producer.partitions_for(self.back)
        self.consumer.assign([TopicPartition(self.back, each) for each in sorted(partitions)])
        await self.consumer.seek_to_end()
        self.reading = asyncio.ensure_future(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.reading.cancel()
        await self.producer.stop()
        await self.consumer.stop()

    async def _read(self) -> None:
        async for message in self.consumer:
            now = time.perf_counter()
            event = json.loads(message.value)
            if event.get("query_id") in self.sent:
                self.came.setdefault(event["query_id"], (now, event))

    async def ask(self, text: str, **fields: object) -> None:
        query_id = f"bench-{uuid4()}"
        value = json.dumps({"query_id": query_id, "text": text, **fields}).encode()
        self.sent[query_id] = time.perf_counter()
        await self.producer.send(self.out, value, key=query_id.encode())

    async def steadily(self, texts: list[str], rate: float, seconds: float) -> None:
        began = time.perf_counter()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            await self.ask(texts[number % len(texts)])
        for _ in range(100):
            if len(self.came) >= len(self.sent):
                return
            await asyncio.sleep(0.1)


def figures(values: list[float]) -> dict[str, float]:
    p50, p90, p99 = np.percentile(values, [50, 90, 99])
    return {"p50": round(p50, 2), "p90": round(p90, 2), "p99": round(p99, 2), "max": round(max(values), 2)}


def questions(folder: Path) -> list[str]:
    """Sentences of the folder's documents, asked as questions: every one has an answer that must be looked for."""
    texts = [
        path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*.md")) + sorted(folder.rglob("*.txt"))
    ]
    sentences = re.findall(r"(?<=[.\n] )[A-Z][A-Za-z ,']{40,140}\.", "\n".join(texts))
    if not sentences:
        raise SystemExit(f"{folder} holds no .md or .txt file with sentences")
    return [f"What is known about this: {sentence}" for sentence in sentences[:400]]


async def measure(settings: Settings, texts: list[str], rate: float, seconds: float) -> dict:
    running = stack.locate(settings)
    if running is None:
        raise SystemExit("nothing runs: `ragstream up`, and ingest the folder, first")
    names = TopicNames(settings.namespace)
    echo = names.wire(ANSWER_DELTAS)
    async with Client(running.kafka_bootstrap, echo, echo) as bare:
        await bare.steadily(texts, rate, WARM_UP_S)
        bare.sent.clear()
        bare.came.clear()
        await bare.steadily(texts, rate, min(seconds, 15.0))
    async with Client(running.kafka_bootstrap, names.wire(QUERIES), names.wire(ANSWERS)) as asker:
        await asker.steadily(texts, rate, WARM_UP_S)
        asker.sent.clear()
        asker.came.clear()
        await asker.steadily(texts, rate, seconds)
    return report(bare, asker, rate, seconds)


def report(bare: Client, asker: Client, rate: float, seconds: float) -> dict:
    wall, overhead, parts = [], [], {"embed": [], "search": [], "draft": [], "queue": []}
    kinds: dict[str, int] = {}
    for query_id, (came, event) in asker.came.items():
        took = 1_000 * (came - asker.sent[query_id])
        timings = event["timings_ms"]
        wall.append(took)
        overhead.append(took - timings.get("embed", 0.0) - timings.get("search", 0.0))
        kinds[event["type"]] = kinds.get(event["type"], 0) + 1
        for name, values in parts.items():
            values.append(timings.get(name, 0.0))
    limit = [1_000 * (came - bare.sent[query_id]) for query_id, (came, _) in bare.came.items()]
    found, floor = figures(overhead), figures(limit)
    return {
        "rate_per_s": rate,
        "seconds": seconds,
        "asked": len(asker.sent),
        "answered": len(asker.came),
        "outcomes": kinds,
        "overhead_ms": found,
        "wall_ms": figures(wall),
        "parts_ms": {name: figures(values) for name, values in parts.items()},
        "bare_round_trip_ms": floor,
        "overhead_over_two_bare_round_trips": round(found["p50"] / (2 * floor["p50"]), 2),
        "met": all(found[name] <= target for name, target in TARGETS_MS.items()) and len(asker.came) == len(asker.sent),
    }


def table(result: dict) -> str:
    rows = {
        "overhead": result["overhead_ms"],
        "wall": result["wall_ms"],
        **result["parts_ms"],
        "bare round trip": result["bare_round_trip_ms"],
    }
    lines = [f"{'ms':<18}{'p50':>9}{'p90':>9}{'p99':>9}{'max':>9}"]
    lines += [f"{name:<18}" + "".join(f"{value:>9.2f}" for value in row.values()) for name, row in rows.items()]
    lines.append(
        f"{result['answered']} of {result['asked']} answered at {result['rate_per_s']:g}/s {result['outcomes']}; "
        f"overhead is {result['overhead_over_two_bare_round_trips']} times two bare round trips; "
        f"targets {TARGETS_MS} {'met' if result['met'] else 'MISSED'}"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="documents that were ingested; questions are made of their sentences")
    parser.add_argument("--rate", type=float, default=20.0, help="questions a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    result = asyncio.run(measure(Settings(), questions(arguments.folder), arguments.rate, arguments.seconds))
    print(table(result))
    if arguments.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
