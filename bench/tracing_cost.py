"""What tracing costs in processor time: the same documents and questions with it and without, block by block.

    python -m bench.tracing_cost FOLDER [--pairs N] [--metrics] [--json]

With `--metrics` traces are made in all blocks, and metrics in every other one: what those cost.

FOLDER holds BEIR's `corpus.jsonl`, or text files. The whole topology runs in this process, with the embedding model and
without Kafka and Weaviate, so that nothing but the work itself is in the figures: what a block takes is the processor
time of this process, the thread that writes the trace files included, and the time by the clock, which is what somebody
who asks waits for. Blocks with and without take turns, and each difference is one of neighbours. `bench/tracing.py` has
the same with real servers, where other things are in the way.

Targets: at most 3 % of ingest, at most 1 ms of a question.
"""

import argparse
import asyncio
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource

from agents.answering import AnsweringOptions, AnsweringPorts, ExtractiveGenerator
from agents.planning import ChunkSizes
from bench.ingest_corpus import Part, read
from bench.ingest_facts import machine
from bench.ingest_processes import tell
from infra import onnx_engine
from infra.memory_index import MemoryIndex
from infra.metrics import METER, make_provider
from infra.models import ensure_model
from infra.onnx_embedder import open_embedder
from infra.prometheus_endpoint import Exposition
from infra.settings import Settings
from infra.span_metrics import SpanMetrics
from infra.telemetry import start_telemetry
from infra.telemetry_settings import TelemetrySettings
from infra.token_counter import open_token_counter
from schemas.documents import DocumentUpserted
from schemas.metrics import RUN_DURATION, RUN_SIZE
from schemas.questions import QuestionAsked
from streams import tracing
from streams.composition import Books, utc_now
from streams.derived_ids import DerivedIds
from streams.local_driver import LocalBroker, LocalDriver
from streams.meters import Meters, measuring
from streams.span_tracer import SpanTracer
from streams.topology import answer_stage, index_stage, plan_stage

RESULTS = Path(__file__).parent / "results" / "tracing_cost.json"
METRICS_RESULTS = RESULTS.with_name("metrics_cost.json")
DOCUMENTS, QUESTIONS = 10, 10
"""Of one block."""
TARGETS = {"ingest_ratio": 1.03, "question_ms": 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=60, help="blocks with and without, of each kind")
    parser.add_argument("--metrics", action="store_true", help="compare metrics instead of traces")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    told, results = ("metrics", METRICS_RESULTS) if arguments.metrics else ("tracing", RESULTS)
    with tempfile.TemporaryDirectory() as home:
        blocks = asyncio.run(measure(arguments.folder, arguments.pairs, Path(home), arguments.metrics))
    report = {
        **machine(),
        "pairs": arguments.pairs,
    }
    for kind, pairs in blocks.items():
        report[kind] = figures([(off.cpu_ms, on.cpu_ms) for off, on in pairs])
    report["latency"] = figures([(off.wall_ms, on.wall_ms) for off, on in blocks["question"]])
    report["targets"] = TARGETS
    results.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(table(report, told))
    if arguments.json:
        print(json.dumps(report))


@dataclass(frozen=True)
class Took:
    """An item of a block, in milliseconds of the processor and by the clock."""

    cpu_ms: float
    wall_ms: float


Switch = Callable[[bool], AbstractContextManager[object]]
"""Whether to, in; a block in which that is so, out."""


async def measure(folder: Path, pairs: int, home: Path, metrics: bool) -> dict[str, list[tuple[Took, Took]]]:
    """What a document and a question take without what is measured and with it, pair by pair."""
    settings = Settings()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # lines are not measured
    model = await ensure_model(settings, tell)
    documents = read(folder, None, Part(0, 1))
    books, broker = Books(), LocalBroker(utc_now)
    with ExitStack() as stack:
        embedder = stack.enter_context(closing(open_embedder(settings, model)))
        telemetry = start_telemetry(TelemetrySettings(), "ragstream-bench", home, DerivedIds())
        stack.callback(telemetry.stop)
        ports = AnsweringPorts(embedder, MemoryIndex(embedder.dimension), utc_now, ExtractiveGenerator())
        guard, tracer = books.guard(), SpanTracer()
        counter = open_token_counter(model)
        stages = (
            plan_stage(counter, ChunkSizes(), embedder.embedder_id, books.replayable_guard(), tracer),
            index_stage(embedder, ports.index, utc_now, None, tracer),
            answer_stage(AnsweringPorts(**{**vars(ports), "guard": guard, "tracer": tracer}), AnsweringOptions()),
        )
        driver = LocalDriver(broker, stages, utc_now)
        running = asyncio.ensure_future(driver.run())

        async def ingest(pair: int, turn: int) -> None:
            for each in documents[pair * DOCUMENTS : (pair + 1) * DOCUMENTS]:
                doc_id = f"{each.doc_id}-{turn}"
                fields = {"title": each.title, "text": each.text, "content_type": each.content_type}
                await broker.publish(DocumentUpserted(event_id=doc_id, doc_id=doc_id, at=utc_now(), **fields))
            await driver.settle()

        async def ask(pair: int, turn: int) -> None:
            for each in documents[:QUESTIONS]:
                query_id = f"{pair}-{turn}-{each.doc_id}"
                text = f"What is known about this: {each.text[:120]}"
                await broker.publish(QuestionAsked(event_id=query_id, query_id=query_id, at=utc_now(), text=text))
                await driver.settle()

        switch = metered() if metrics else traced
        if len(documents) < (pairs + 1) * DOCUMENTS:
            raise SystemExit(f"{folder} has {len(documents)} documents: ask for fewer --pairs")
        # Questions first, while the index in memory is small: searching it is slow and not the point.
        await ingest(0, 3)
        found = {
            "question": await in_pairs(ask, pairs, QUESTIONS, switch),
            "document": await in_pairs(ingest, pairs, DOCUMENTS, switch),
        }
        running.cancel()
    return found


def traced(told: bool) -> AbstractContextManager[object]:
    return patch.object(tracing, "_tracer", trace.get_tracer("ragstream") if told else trace.NoOpTracer())


def metered() -> Switch:
    """Every instrument that a worker has, on a provider whose endpoint nobody reads meanwhile."""
    meter = make_provider(Resource({}), [Exposition(Resource({}))]).get_meter(METER)
    spans, meters = SpanMetrics(meter), Meters(meter)
    runs = {"_duration": RUN_DURATION.on(meter), "_tokens": RUN_SIZE.on(meter)}
    trace.get_tracer_provider().add_span_processor(spans)
    unmeasured = patch.object(spans, "on_end", lambda _span: None)

    @contextmanager
    def switch(told: bool) -> Iterator[None]:
        with patch.multiple(onnx_engine, **runs) if told else unmeasured:
            if not told:
                yield
                return
            with measuring(meters):
                yield

    return switch


async def in_pairs(
    work: Callable[[int, int], Awaitable[None]], pairs: int, items: int, switch: Switch
) -> list[tuple[Took, Took]]:
    """An item without and with, for each pair, which does the same work; which comes first changes.

    It is done once before, since some of it is remembered.
    """
    found = []
    for pair in range(pairs + 1):
        took: dict[bool, Took] = {}
        await work(pair, 0)
        for turn, told in enumerate((pair % 2 == 0, pair % 2 == 1), 1):
            with switch(told):
                cpu, wall = time.process_time(), time.perf_counter()
                await work(pair, turn)
                took[told] = Took(
                    1_000 * (time.process_time() - cpu) / items, 1_000 * (time.perf_counter() - wall) / items
                )
            await asyncio.sleep(0.01)
        found.append((took[False], took[True]))
    return found[1:]  # the first pair warms up


def figures(pairs: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Medians, and of the differences the quartiles too."""
    low, middle, high = statistics.quantiles([on - off for off, on in pairs], n=4, method="inclusive")
    off = statistics.median(off for off, _ in pairs)
    return {
        "off_ms": round(off, 3),
        "difference_ms": round(middle, 3),
        "difference_quartiles_ms": [round(low, 3), round(high, 3)],
        "ratio": round(1 + middle / off, 4),
    }


def table(report: dict, told: str = "tracing") -> str:
    lines = [f"{'ms':<22}{'off':>10}{'+ ' + told:>12}{'quartiles':>22}{'ratio':>9}"]
    rows = {"document, processor": "document", "question, processor": "question", "question, by clock": "latency"}
    for name, kind in rows.items():
        row = report[kind]
        quartiles = "{:.3f} to {:.3f}".format(*row["difference_quartiles_ms"])
        lines.append(
            f"{name:<22}{row['off_ms']:>10.2f}{row['difference_ms']:>12.3f}{quartiles:>22}{row['ratio']:>9.4f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
