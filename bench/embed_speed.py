"""A corpus in, texts per second out: what the embedder costs on top of the bare session, and what sorting saves.

    python -m bench.embed_speed FOLDER [--precision fp32|int8] [--texts N] [--rounds N] [--json]

FOLDER holds BEIR's `corpus.jsonl`; a text is title + " " + text, cut at the model's limit. Three ways take turns on
the same texts, so that a busy machine slows all of them, and the ratios are of one round each:

- embedder: `embed_passages`, from strings to vectors;
- bare session: the same batches, tokenised and padded beforehand, and nothing but the session's runs;
- unsorted: batches of 32 in the order of the corpus, as most embedding code has them; the session's runs alone.
"""

import argparse
import asyncio
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.scifact_dense import shortened
from infra.models import ModelFolder, ensure_model
from infra.onnx_batches import batches, padded
from infra.onnx_embedder import open_embedder
from infra.onnx_session import open_session
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_tokenizer

UNSORTED_ROWS = 32
KIB_PER_MIB = 1_024
"""Linux counts `ru_maxrss` in KiB."""
WAYS = ("embedder", "bare session", "unsorted")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--precision", choices=("auto", "fp32", "int8"), default="auto")
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = Settings(embedder=EmbedderSettings(precision=arguments.precision, device="cpu"))
    model = asyncio.run(ensure_model(settings, lambda sentence: print(sentence, file=sys.stderr)))
    lines = (arguments.folder / "corpus.jsonl").read_text("utf-8").splitlines()[: arguments.texts]
    tokenizer = open_tokenizer(model)
    documents = [json.loads(line) for line in lines]
    texts = [shortened(f"{each['title']} {each['text']}", tokenizer, model.manifest.max_tokens) for each in documents]
    peak_mib, rounds = asyncio.run(measure(settings, model, texts, arguments.rounds))
    report = {"embedder": model.embedder_id, "texts": len(texts), "rounds": len(rounds)} | summary(rounds, len(texts))
    report["embedder's process, peak RSS, MiB"] = round(peak_mib)
    if arguments.json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        print(f"{name:<36} {value}")


async def measure(
    settings: Settings, model: ModelFolder, texts: Sequence[str], rounds: int
) -> tuple[float, list[dict[str, float]]]:
    """Peak resident memory in MiB with the embedder alone, then seconds of each way, one row a round."""
    embedder = open_embedder(settings, model)
    await embedder.embed_passages(texts)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    tokenizer = open_tokenizer(model)
    rows = [encoded.ids for encoded in tokenizer.encode_batch(list(texts))]
    pad_id = tokenizer.token_to_id("[PAD]")
    session = open_session(model, settings.embedder)

    def feeds(groups: Iterable[Sequence[int]]) -> list[dict[str, object]]:
        made = []
        for group in groups:
            ids, mask = padded([rows[index] for index in group], pad_id)
            made.append({"input_ids": ids, "attention_mask": mask, "token_type_ids": ids * 0})
        return made

    in_order = [range(start, len(rows))[:UNSORTED_ROWS] for start in range(0, len(rows), UNSORTED_ROWS)]
    prepared = {
        "bare session": feeds(batches([len(row) for row in rows], settings.embedder.max_batch_tokens)),
        "unsorted": feeds(in_order),
    }
    session.run(None, prepared["bare session"][0])  # the first run allocates
    taken = []
    for _ in range(rounds):
        seconds = {}
        started = time.perf_counter()
        await embedder.embed_passages(texts)
        seconds["embedder"] = time.perf_counter() - started
        for way, runs in prepared.items():
            started = time.perf_counter()
            for feed in runs:
                session.run(None, feed)
            seconds[way] = time.perf_counter() - started
        taken.append(seconds)
    embedder.close()
    return peak_mib, taken


def summary(rounds: Sequence[dict[str, float]], texts: int) -> dict[str, float]:
    """Medians over the rounds."""
    speeds = {f"{way}, texts/s": round(statistics.median(texts / each[way] for each in rounds), 1) for way in WAYS}
    ratios = {
        f"embedder / {way}": round(statistics.median(each[way] / each["embedder"] for each in rounds), 3)
        for way in WAYS[1:]
    }
    return speeds | ratios


if __name__ == "__main__":
    main()
