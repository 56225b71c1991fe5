"""Documents per second until they can be found in Weaviate: ragstream against LangChain, LlamaIndex and Haystack.

    python -m bench.ingest FOLDER [--documents N] [--rounds N] [--without NAME …] [--json]

FOLDER holds BEIR's `corpus.jsonl`, or text and Markdown files. All four embed the same files with the same weights of
all-MiniLM-L6-v2 on the CPU, in chunks of at most about 230 tokens without overlap, and store them in the same local
Weaviate. Each framework does it as its own documentation begins: its splitter, sentence-transformers, its Weaviate
store. ragstream is the whole system: a plain Kafka client sends, the workers plan, embed and store, the index log says
that a document is readable. Beside the time that passed, the processor time of each of its processes is told.

The corpus is dealt out to the rounds; in each, all take turns on the same part, so that a busy machine slows all of
them, and the ratios are the medians of the rounds' own. Each round ends with the embedder alone on the very texts that
were embedded, then with the same documents again, and again after an edit of one sentence in one per cent of them.

The frameworks' environments are made in bench/.venvs/ from bench/requirements/ (6 GB, once).
"""

import argparse
import asyncio
import dataclasses
import json
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.ingest_corpus import Part, edited, read
from bench.ingest_facts import machine
from bench.ingest_processes import Asked, python_of, tell
from bench.ingest_ragstream import Producer
from bench.ingest_report import FRAMEWORKS, PHASES, ratios, table
from bench.ingest_spent import milliseconds_each, processor_seconds
from bench.own_stack import own_stack
from infra.settings import Settings
from streams.cli.up import bring_up
from streams.topics import TopicNames

RESULTS = Path(__file__).parent / "results" / "ingest.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a BEIR corpus, or text files")
    parser.add_argument("--documents", type=int, default=0, help="the first N of them (default: all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", choices=FRAMEWORKS, nargs="*", default=[], help="leave frameworks out")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    frameworks = [name for name in FRAMEWORKS if name not in arguments.without]
    pythons = {name: python_of(name) for name in frameworks}
    with own_stack() as settings:
        rounds = asyncio.run(measure(settings, arguments, pythons))
    report = {"corpus": arguments.folder.name, **machine(), "rounds": rounds, "ratios": ratios(rounds)}
    if not arguments.without:
        RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(table(report))
    if arguments.json:
        print(json.dumps(report))


async def measure(
    settings: Settings, arguments: argparse.Namespace, pythons: Mapping[str, Path]
) -> list[dict[str, Any]]:
    """One row a round: for each framework and phase {documents, chunks, seconds, …}; for a phase, what it cost too."""
    running, _ = await bring_up(settings, 1, tell)
    env = {
        "RAGSTREAM_WEAVIATE__URL": running.weaviate.url or "",
        "RAGSTREAM_WEAVIATE__GRPC_PORT": str(running.weaviate.grpc_port),
        "RAGSTREAM_CACHE": str(settings.cache_folder()),
    }
    if running.weaviate.api_key is not None:
        key = running.weaviate.api_key.get_secret_value()
        env |= {"RAGSTREAM_WEAVIATE__API_KEY": key, "WEAVIATE_API_KEY": key}
    rows = []
    with ExitStack() as opened:
        asked = {}
        for name, python in pythons.items():
            tell(f"Loading {name} and its model")
            command = [python, "-m", f"bench.ingest_{name}", arguments.folder.absolute(), arguments.documents]
            asked[name] = opened.enter_context(Asked(command, env, settings.home / f"{name}.log"))
        command = [sys.executable, "-m", "bench.ingest_engine"]
        engine = opened.enter_context(Asked(command, env, settings.home / "engine.log"))
        async with Producer(running.kafka.bootstrap or "", TopicNames()) as producer:
            for number in range(arguments.rounds):
                part = Part(number, arguments.rounds)
                tell(f"Round {number + 1} of {arguments.rounds}")
                rows.append(await measured(producer, arguments, part, asked, engine, home=settings.home))
    return rows


async def measured(
    producer: Producer,
    arguments: argparse.Namespace,
    part: Part,
    asked: Mapping[str, Asked],
    engine: Asked,
    *,
    home: Path,
) -> dict[str, Any]:
    row: dict[str, Any] = {}

    def saw(name: str, figures: dict[str, Any]) -> None:
        row[name] = figures
        tell(f"  {name}: {figures['chunks']} chunks in {figures['seconds']:.1f} s")

    for name, process in asked.items():
        # On a thread, since the Kafka client's own tasks want to go on meanwhile.
        saw(name, await asyncio.to_thread(process.ask, dataclasses.asdict(part)))
    for phase in PHASES:
        await producer.at_end()
        before = processor_seconds(home)
        began = time.perf_counter()
        documents = read(arguments.folder, arguments.documents or None, part)
        changed = edited(documents) if phase == "edited" else {}
        sent = [changed.get(each.doc_id, each) for each in documents]
        ingested = dataclasses.asdict(await producer.ingest(sent, began))
        spent = milliseconds_each(before, processor_seconds(home), len(sent))
        saw(phase, {**ingested, "processor_ms": spent})
        if phase == "first":
            texts = await producer.texts({each.doc_id for each in documents})
            saw("engine", await asyncio.to_thread(engine.ask, texts))
    return row


if __name__ == "__main__":
    main()
