"""What tracing costs: documents a second and the latency of questions with it and without, and with a collector away.

    python -m bench.tracing FOLDER [--minutes M] [--json]

FOLDER holds BEIR's `corpus.jsonl`, or text files. A stack of its own is started with the workers of four modes side by
side: `off` (OTEL_SDK_DISABLED), `files` (the default), and a collector that is `down` or `hangs`. They take turns,
round by round, in an order that changes, until the minutes are over: each ingests a new part of the corpus and answers
questions. Every ratio is one of a round to `off` in the same round; their median and quartiles are told.

On a machine that others use wall time says little about 3 %; processor seconds for the same work say more. Both are
printed. Targets: at most 3 % of ingest, at most 1 ms of a question at the median.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.ingest_corpus import Document, Part, read
from bench.ingest_facts import machine
from bench.ingest_processes import tell
from bench.ingest_ragstream import Producer
from bench.own_stack import own_stack
from bench.query_latency import Client
from bench.tracing_modes import MODES, Workers, all_modes
from infra.local import stack
from infra.settings import Settings
from streams.topics import ANSWERS, QUERIES, TopicNames

RESULTS = Path(__file__).parent / "results" / "tracing.json"
DOCUMENTS, QUESTIONS, RATE = 40, 30, 20.0
"""Of one mode in one round."""
TARGETS = {"cpu": 1.03, "question_ms": 1.0}


@dataclass(frozen=True)
class Turn:
    """One mode in one round."""

    mode: str
    number: int
    docs_per_s: float
    ingest_cpu_ms: float
    """Processor milliseconds of all workers for one document."""
    question_p50_ms: float
    worker_p50_ms: float
    """By the answers' own timings: without Kafka's way to the asker."""
    question_cpu_ms: float
    rss_mib: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=3.0, help="under load; five is what the issue asks for")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    with own_stack() as settings:
        running = asyncio.run(stack.up(settings, tell)).applied_to(settings)
        with all_modes(running) as workers:
            turns = asyncio.run(measure(workers, arguments.folder, arguments.minutes))
            ended = {mode: each.stop() for mode, each in workers.items()}
    report = {**machine(), "minutes": arguments.minutes, **summary(turns)}
    for mode, (seconds, dropped) in ended.items():
        report["modes"][mode] |= {"stopped_s": round(seconds, 1), "dropped": dropped}
    report["turns"] = [asdict(each) for each in turns]
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(table(report))
    if arguments.json:
        print(json.dumps(report))


async def measure(workers: dict[str, Workers], folder: Path, minutes: float) -> list[Turn]:
    documents = read(folder, None, Part(0, 1))
    asked = [f"What is known about this: {each.text[:120]}" for each in documents[:400]]
    for each in workers.values():  # a round that does not count: everybody loads and connects
        await turn(each, documents[:DOCUMENTS], asked, 0)
    turns: list[Turn] = []
    ends, number = time.monotonic() + minutes * 60, 0
    while number < 2 or time.monotonic() < ends:
        number += 1
        part = [documents[(number * DOCUMENTS + index) % len(documents)] for index in range(DOCUMENTS)]
        again = [
            Document(f"{each.doc_id}-{number}", each.title, f"{each.text} {number}.", each.content_type)
            for each in part
        ]
        for mode in MODES[number % len(MODES) :] + MODES[: number % len(MODES)]:
            turns.append(await turn(workers[mode], again, asked, number))
            tell(f"round {number}: {mode} {turns[-1].docs_per_s:.1f} documents/s, {turns[-1].question_p50_ms:.1f} ms")
    return turns


async def turn(workers: Workers, documents: Sequence[Document], asked: Sequence[str], number: int) -> Turn:
    settings: Settings = workers.settings
    bootstrap, names = settings.kafka.bootstrap or "", TopicNames(settings.namespace)
    before = workers.spent()
    async with Producer(bootstrap, names) as producer:
        await producer.at_end()
        ingested = await producer.ingest(documents, time.perf_counter())
    between = workers.spent()
    async with Client(bootstrap, names.wire(QUERIES), names.wire(ANSWERS)) as asker:
        await asker.steadily(list(asked[number % 100 :][:QUESTIONS]), RATE, QUESTIONS / RATE)
    after = workers.spent()
    wall = [1_000 * (came - asker.sent[query_id]) for query_id, (came, _) in asker.came.items()]
    inside = [event["timings_ms"]["total"] - event["timings_ms"]["queue"] for _, event in asker.came.values()]
    return Turn(
        workers.mode,
        number,
        len(documents) / ingested.seconds,
        1_000 * (between.cpu_s - before.cpu_s) / len(documents),
        statistics.median(wall),
        statistics.median(inside),
        1_000 * (after.cpu_s - between.cpu_s) / len(wall),
        after.rss_mib,
    )


def summary(turns: Sequence[Turn]) -> dict[str, Any]:
    """Medians of each mode, and of its ratios and differences to `off` in the same round."""
    plain = {each.number: each for each in turns if each.mode == "off"}
    modes: dict[str, dict[str, Any]] = {}
    for mode in MODES:
        mine = [each for each in turns if each.mode == mode]
        pairs = [(each, plain[each.number]) for each in mine]
        modes[mode] = {
            "docs_per_s": round(statistics.median(each.docs_per_s for each in mine), 1),
            "question_p50_ms": round(statistics.median(each.question_p50_ms for each in mine), 2),
            "throughput_ratio": _spread([one.docs_per_s / other.docs_per_s for one, other in pairs]),
            "ingest_cpu_ratio": _spread([one.ingest_cpu_ms / other.ingest_cpu_ms for one, other in pairs]),
            "question_difference_ms": _spread([one.question_p50_ms - other.question_p50_ms for one, other in pairs]),
            "worker_difference_ms": _spread([one.worker_p50_ms - other.worker_p50_ms for one, other in pairs]),
            "question_cpu_difference_ms": _spread(
                [one.question_cpu_ms - other.question_cpu_ms for one, other in pairs]
            ),
            "rss_mib_first_last": [round(mine[0].rss_mib), round(mine[-1].rss_mib)],
        }
    return {"rounds": len(plain), "targets": TARGETS, "modes": modes}


def _spread(values: Sequence[float]) -> list[float]:
    """Lower quartile, median, upper quartile."""
    quartiles = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return [round(each, 3) for each in quartiles]


def table(report: dict[str, Any]) -> str:
    head = (
        "docs/s",
        "ratio",
        "cpu ratio",
        "question ms",
        "+ ms",
        "+ ms inside",
        "+ cpu ms",
        "RSS MiB",
        "dropped",
        "stop s",
    )
    lines = [f"{'median':<8}" + "".join(f"{each:>14}" for each in head)]
    for mode, found in report["modes"].items():
        first, last = found["rss_mib_first_last"]
        cells = (
            f"{found['docs_per_s']:.1f}",
            *(f"{found[name][1]:.3f}" for name in ("throughput_ratio", "ingest_cpu_ratio")),
            f"{found['question_p50_ms']:.1f}",
            *(
                f"{found[name][1]:+.2f}"
                for name in ("question_difference_ms", "worker_difference_ms", "question_cpu_difference_ms")
            ),
            f"{first} → {last}",
            f"{found['dropped']:,}",
            f"{found['stopped_s']:.1f}",
        )
        lines.append(f"{mode:<8}" + "".join(f"{each:>14}" for each in cells))
    lines.append(
        f"{report['rounds']} rounds in {report['minutes']:g} minutes; ratios and differences to `off`, round by round"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
