"""Chunks of random lengths through the index role in, its resident memory over time out.

    python -m bench.memory_soak FOLDER [--chunks N] [--json]

FOLDER holds BEIR's `corpus.jsonl`, whose words are dealt out into documents of 1 to 600 words. A local stack of its own
is started, with one worker a role; documents go through Kafka, and the worker's own resident size is read as its chunks
pass. The first tenth is the warm-up; after it the size must stay within 5 % of its median (FAILURES 34).
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from pathlib import Path
from typing import Any

import psutil

from bench.ingest_corpus import Document, Part, read
from bench.ingest_facts import machine
from bench.ingest_processes import tell
from bench.ingest_ragstream import Producer
from bench.own_stack import own_stack
from infra.settings import Settings
from streams.cli.role_processes import role_process
from streams.cli.up import bring_up
from streams.roles import INDEX
from streams.topics import TopicNames

RESULTS = Path(__file__).parent / "results" / "memory_soak.json"
WORDS = (1, 600)
AT_ONCE = 200
WARM_UP_PART = 0.1
ALLOWED = 0.05
MIB = 2**20
WIDTH = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a BEIR corpus")
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    with own_stack() as settings:
        samples = asyncio.run(measure(settings, arguments.folder, arguments.chunks))
    report = {**machine(), **summary(samples), "samples": samples}
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(plot(report))
    if arguments.json:
        print(json.dumps(report))


async def measure(settings: Settings, folder: Path, wanted: int) -> list[dict[str, float]]:
    """Chunks embedded so far and the index role's resident size in MiB, again and again."""
    running, _ = await bring_up(settings, 1, tell)
    worker = psutil.Process(role_process(INDEX, 1, settings.home).process.pid)
    chooser = random.Random(7)
    words = " ".join(each.text for each in read(folder, None, Part(0, 1))).split()
    samples: list[dict[str, float]] = []
    done = number = 0
    async with Producer(running.kafka.bootstrap or "", TopicNames()) as producer:
        while done < wanted:
            documents = [document(words, number + each, chooser) for each in range(AT_ONCE)]
            number += AT_ONCE
            done += (await producer.ingest(documents, time.perf_counter())).embedded
            samples.append({"chunks": done, "rss_mib": round(worker.memory_info().rss / MIB, 1)})
            tell(f"  {done} chunks: {samples[-1]['rss_mib']} MiB")
    return samples


def document(words: list[str], number: int, chooser: random.Random) -> Document:
    """A run of the corpus's words of random length."""
    length = chooser.randint(*WORDS)
    start = chooser.randrange(len(words) - length)
    return Document(f"soak-{number}", None, " ".join(words[start : start + length]), "text/plain")


def summary(samples: list[dict[str, float]]) -> dict[str, Any]:
    """Median of the size after the warm-up, and how far it strays from it, as parts of it."""
    most = samples[-1]["chunks"]
    sizes = [each["rss_mib"] for each in samples if each["chunks"] > WARM_UP_PART * most]
    median = statistics.median(sizes)
    below, above = (median - min(sizes)) / median, (max(sizes) - median) / median
    return {
        "chunks": most,
        "median_rss_mib": median,
        "below": round(below, 4),
        "above": round(above, 4),
        "met": max(below, above) <= ALLOWED,
    }


def plot(report: dict[str, Any]) -> str:
    highest = max(each["rss_mib"] for each in report["samples"])
    lines = [
        f"{each['chunks']:>8} {each['rss_mib']:>8.1f} MiB {'#' * round(WIDTH * each['rss_mib'] / highest)}"
        for each in report["samples"]
    ]
    lines.append(
        f"after the warm-up: median {report['median_rss_mib']:.1f} MiB, {100 * report['below']:.1f} % below to "
        f"{100 * report['above']:.1f} % above; at most {100 * ALLOWED:g} % is wanted: "
        f"{'met' if report['met'] else 'MISSED'}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
