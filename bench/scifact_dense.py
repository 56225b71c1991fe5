"""SciFact in, nDCG@10 of the embedding model alone out: does the graph that is built here rank as the published model?

    python -m bench.scifact_dense FOLDER [--limit DOCUMENTS] [--json]

FOLDER holds BEIR's `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`. As for the published figure (0.64508, MTEB), a
text is title + " " + text, cut at 256 tokens. With a limit the figure means nothing but that the program runs.
"""

import argparse
import asyncio
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from infra.models.default_model import Precision, ensure_model
from infra.onnx_embedder import open_embedder
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_tokenizer

PUBLISHED = 0.64508
CUT = 10
Judgements = dict[str, dict[str, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report: dict[str, float] = {"published nDCG@10": PUBLISHED}
    for precision in ("fp32", "int8"):
        report |= asyncio.run(measure(arguments.folder, precision, arguments.limit))
    if arguments.json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        print(f"{name:<28} {value:>10.5f}" if value < 1 else f"{name:<28} {value:>10,.0f}")


async def measure(folder: Path, precision: Precision, limit: int | None) -> dict[str, float]:
    settings = Settings(embedder=EmbedderSettings(precision=precision, device="cpu"))
    model = await ensure_model(settings, lambda sentence: print(sentence, file=sys.stderr))
    tokenizer = open_tokenizer(model)
    corpus = {each["_id"]: f"{each['title']} {each['text']}" for each in _lines(folder / "corpus.jsonl")[:limit]}
    judged = _judgements(folder / "qrels" / "test.tsv")
    questions = {each["_id"]: each["text"] for each in _lines(folder / "queries.jsonl") if each["_id"] in judged}
    embedder = open_embedder(settings, model)
    started = time.perf_counter()
    documents = await embedder.embed_passages(
        [shortened(text, tokenizer, embedder.max_tokens) for text in corpus.values()]
    )
    seconds = time.perf_counter() - started
    asked = await embedder.embed_passages(
        [shortened(text, tokenizer, embedder.max_tokens) for text in questions.values()]
    )
    embedder.close()
    names = list(corpus)
    best = np.argsort(-(asked @ documents.T), axis=1, kind="stable")[:, :CUT]
    scores = [
        ndcg([judged[question].get(names[index], 0) for index in row], list(judged[question].values()))
        for question, row in zip(questions, best, strict=True)
    ]
    return {
        f"{precision} nDCG@10": sum(scores) / len(scores),
        f"{precision} questions": len(scores),
        f"{precision} documents": len(names),
        f"{precision} embedding s": seconds,
    }


def shortened(text: str, tokenizer: Tokenizer, max_tokens: int) -> str:
    """The longest beginning of `text` that the model takes whole."""
    offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    room = max_tokens - tokenizer.num_special_tokens_to_add(is_pair=False)
    return text if len(offsets) <= room else text[: offsets[room - 1][1]]


def ndcg(found: list[int], relevant: list[int]) -> float:
    """Of the grades found, best first, against the best order there is (Järvelin and Kekäläinen, 2002)."""
    ideal = sorted(relevant, reverse=True)[:CUT]
    return _gain(found) / _gain(ideal)


def _gain(grades: list[int]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))


def _judgements(path: Path) -> Judgements:
    judged: Judgements = {}
    for line in path.read_text("utf-8").splitlines()[1:]:
        question, document, grade = line.split("\t")
        judged.setdefault(question, {})[document] = int(grade)
    return judged


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
