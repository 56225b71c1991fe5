"""When to say nothing: SQuAD 2.0 and SciFact in, answer coverage, hits and abstention out, with thresholds.

Two indexes in memory with the real model: SQuAD's paragraphs and SciFact's abstracts. Each is asked its own questions
and the other's. Every question is searched and drafted once; `min_support` is then tried on the recorded signs, chosen
on one half of the questions (by hash of the id) and reported on the other. The other thresholds stay as shipped: two
are for languages and identifiers, which this data does not have, and `min_answerability` has a bench of its own.

    python -m bench.abstention DATA_FOLDER [--json]

- answered: served rather than abstained;
- hit: the answer holds the gold text (SQuAD) or cites an abstract that was judged relevant (SciFact);
- unanswerable: SQuAD's own, written by people to look answerable from the very paragraph.
"""

import argparse
import asyncio
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from agents.answering.answerability import judge
from agents.answering.citations import check_claims
from agents.answering.evidence import Signs, signs_of, sufficient
from agents.answering.extractive import ExtractiveGenerator
from agents.answering.options import AnsweringOptions
from agents.planning.chunk import chunk
from agents.planning.document import ParsedDocument
from agents.planning.sizes import ChunkSizes
from agents.ports import TokenCounter
from infra.memory_index import MemoryIndex
from infra.models import ensure_model
from infra.onnx_embedder import OnnxEmbedder, open_embedder
from infra.settings import Settings
from infra.token_counter import open_token_counter
from schemas.chunks import Chunk, DocumentAttributes, Span
from schemas.drafts import Claim, DraftTask
from schemas.embedding_text import embedding_text
from schemas.event import EPOCH, Origin
from schemas.passages import IndexedChunk, Search

SAMPLE = 1_000
"""Most questions of one kind."""
OFF_TOPIC_ABSTENTION = 0.95
"""Asked for when thresholds are chosen."""
SUPPORTS = tuple(round(0.7 + 0.05 * step, 2) for step in range(15))


class Document(NamedTuple):
    doc_id: str
    title: str
    text: str


class Asked(NamedTuple):
    kind: str
    question_id: str
    text: str
    gold: tuple[str, ...]
    """Texts of SQuAD's answer, or ids of SciFact's relevant abstracts; empty where there is none."""
    article: str = ""
    doc_id: str = ""
    """Of SQuAD: the paragraph that the question was written about."""


@dataclass(frozen=True)
class Seen:
    """What one question met, before any threshold."""

    kind: str
    tuning: bool
    signs: Signs
    standing: float
    """Probability that the best sentence answers; 1 where it is not judged."""
    drafted: bool
    hit: bool
    draft_ms: float


def squad(folder: Path) -> tuple[list[Document], list[Asked]]:
    documents, asked = [], []
    for article in json.loads((folder / "squad2" / "dev-v2.0.json").read_text("utf-8"))["data"]:
        for number, paragraph in enumerate(article["paragraphs"]):
            doc_id = f"{article['title']}-{number}"
            documents.append(Document(doc_id, article["title"], paragraph["context"]))
            for each in paragraph["qas"]:
                kind = "SQuAD unanswerable" if each["is_impossible"] else "SQuAD answerable"
                gold = () if each["is_impossible"] else tuple({answer["text"] for answer in each["answers"]})
                asked.append(Asked(kind, each["id"], each["question"], gold, article["title"], doc_id))
    return documents, asked


def scifact(folder: Path, most: int) -> tuple[list[Document], list[Asked]]:
    relevant: dict[str, list[str]] = {}
    for line in (folder / "scifact" / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        if int(score) > 0:
            relevant.setdefault(query, []).append(document)
    texts = {row["_id"]: row["text"] for row in _lines(folder / "scifact" / "queries.jsonl")}
    asked = [Asked("SciFact", query, texts[query], tuple(found)) for query, found in relevant.items()]
    needed = {document for found in relevant.values() for document in found}
    rows = sorted(_lines(folder / "scifact" / "corpus.jsonl"), key=lambda row: (row["_id"] not in needed, row["_id"]))
    return [Document(row["_id"], row["title"], row["text"]) for row in rows[:most]], asked


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def sample(asked: Sequence[Asked], kind: str, most: int) -> list[Asked]:
    """At most `most` questions of one kind, the same ones every time."""
    return sorted((each for each in asked if each.kind == kind), key=lambda each: hashed(each.question_id))[:most]


def hashed(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()


def chunks_of(document: Document, counter: TokenCounter) -> Iterator[Chunk]:
    """As planning cuts it."""
    pieces = chunk(ParsedDocument(document.text), document.title, counter, ChunkSizes())
    for ordinal, piece in enumerate(pieces):
        yield Chunk(
            chunk_id=f"{document.doc_id}#{piece.start}",
            text=document.text[piece.start : piece.end],
            ordinal=ordinal,
            span=Span(start=piece.start, end=piece.end),
            heading=piece.heading,
        )


async def build(documents: Sequence[Document], embedder: OnnxEmbedder, counter: TokenCounter) -> MemoryIndex:
    index = MemoryIndex(embedder.dimension)
    stored = [
        IndexedChunk(
            tenant="bench",
            doc_id=document.doc_id,
            revision=1,
            chunk=cut,
            attributes=DocumentAttributes(title=document.title.replace("_", " ")),
            origin=Origin(topic="documents", partition=0, offset=0, at=EPOCH),
            embedder_id=embedder.embedder_id,
        )
        for document in documents
        for cut in chunks_of(document, counter)
    ]
    texts = [embedding_text(each.attributes.title, (), each.chunk.text) for each in stored]
    await index.upsert(stored, await embedder.embed_passages(texts))
    print(f"{len(documents)} documents, {len(stored)} chunks", file=sys.stderr)
    return index


async def ask(asked: Sequence[Asked], kind: str, index: MemoryIndex, embedder: OnnxEmbedder) -> list[Seen]:
    options, generator, seen = AnsweringOptions(), ExtractiveGenerator(), []
    for each in asked:
        vector, _ = await embedder.embed_question(each.text)
        passages = await index.search(Search(tenant="bench", text=each.text, alpha=options.alpha), vector)
        began = time.perf_counter()
        task = DraftTask(tenant="bench", question=each.text, passages=tuple(passages), seconds_left=30)
        claims = [part async for part in generator.draft(task) if isinstance(part, Claim)]
        draft = check_claims(claims, passages)
        spent = (time.perf_counter() - began) * 1_000
        cited = {citation.doc_id for citation in draft.citations}
        quoted = " ".join(citation.quote for citation in draft.citations)
        hit = any(gold in cited or (kind.startswith("SQuAD") and gold in quoted) for gold in each.gold)
        tuning = int(hashed(each.question_id)[-1], 16) % 2 == 0
        judged = judge(each.text, passages)
        standing = 1.0 if judged is None else judged.probability
        seen.append(Seen(kind, tuning, signs_of(each.text, passages), standing, bool(draft.citations), hit, spent))
    print(f"asked {kind}", file=sys.stderr)
    return seen


def answered(seen: Seen, options: AnsweringOptions) -> bool:
    return seen.drafted and seen.standing >= options.min_answerability and sufficient(seen.signs, options)


def rates(seen: Sequence[Seen], options: AnsweringOptions) -> dict[str, dict[str, float]]:
    """By kind: how many questions, and the shares answered, hit, and hit among the answered."""
    table = {}
    for kind in dict.fromkeys(each.kind for each in seen):
        mine = [each for each in seen if each.kind == kind]
        served = [each for each in mine if answered(each, options)]
        hits = sum(each.hit for each in served)
        table[kind] = {
            "questions": len(mine),
            "answered": len(served) / len(mine),
            "hit": hits / len(mine),
            "hit when answered": hits / len(served) if served else 0.0,
        }
    return table


def choose(seen: Sequence[Seen]) -> AnsweringOptions:
    """The least `min_support` that abstains on `OFF_TOPIC_ABSTENTION` of either kind of off-topic question."""
    for support in SUPPORTS:
        options = replace(AnsweringOptions(), min_support=support)
        off_topic = [row["answered"] for kind, row in rates(seen, options).items() if " asked of " in kind]
        if 1 - max(off_topic) >= OFF_TOPIC_ABSTENTION:
            return options
    return replace(AnsweringOptions(), min_support=SUPPORTS[-1])


async def measure(folder: Path, most: int) -> list[Seen]:
    settings = Settings()
    model = await ensure_model(settings, lambda text: print(text, file=sys.stderr))
    embedder, counter = open_embedder(settings, model), open_token_counter(model)
    squad_documents, squad_asked = squad(folder)
    scifact_documents, claims = scifact(folder, most)
    answerable, unanswerable = (sample(squad_asked, f"SQuAD {kind}", SAMPLE) for kind in ("answerable", "unanswerable"))
    try:
        squad_index = await build(squad_documents, embedder, counter)
        scifact_index = await build(scifact_documents, embedder, counter)
        return [
            *await ask(answerable, "SQuAD answerable", squad_index, embedder),
            *await ask(unanswerable, "SQuAD unanswerable", squad_index, embedder),
            *await ask(claims, "SciFact", scifact_index, embedder),
            *await ask(answerable[: SAMPLE // 2], "SQuAD asked of SciFact", scifact_index, embedder),
            *await ask(claims, "SciFact asked of SQuAD", squad_index, embedder),
        ]
    finally:
        embedder.close()


def show(title: str, options: AnsweringOptions, table: dict[str, dict[str, float]]) -> None:
    print(
        f"\n{title}: min_support {options.min_support}, min_similarity {options.min_similarity}, "
        f"lexical_coverage {options.lexical_coverage}, unknown_name_similarity {options.unknown_name_similarity}, "
        f"min_answerability {options.min_answerability}"
    )
    print(f"{'questions':28}{'n':>6}{'answered':>10}{'abstained':>11}{'hit':>8}{'hit when answered':>19}")
    for kind, row in table.items():
        gold = " asked of " not in kind and "unanswerable" not in kind
        hits = f"{row['hit']:8.3f}{row['hit when answered']:19.3f}" if gold else f"{'-':>8}{'-':>19}"
        print(f"{kind:28}{row['questions']:6.0f}{row['answered']:10.3f}{1 - row['answered']:11.3f}{hits}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with squad2/ and scifact/")
    parser.add_argument("--abstracts", type=int, default=1_500, help="abstracts of SciFact, the relevant ones first")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seen = asyncio.run(measure(given.folder, given.abstracts))
    tuning, held_out = [each for each in seen if each.tuning], [each for each in seen if not each.tuning]
    default, chosen = AnsweringOptions(), choose(tuning)
    draft_ms = statistics.median(each.draft_ms for each in seen)
    if given.json:
        everything = {name: rates(held_out, options) for name, options in (("default", default), ("chosen", chosen))}
        print(json.dumps({"options": asdict(chosen), "rates": everything, "draft_ms": draft_ms}))
        return
    show(
        "No thresholds, held-out half",
        *_with(
            replace(default, min_similarity=-1, min_support=-9, unknown_name_similarity=-1, min_answerability=0),
            held_out,
        ),
    )
    show("Shipped, held-out half", *_with(default, held_out))
    show("Chosen on the other half, held-out half", *_with(chosen, held_out))
    show("Chosen, tuning half", *_with(chosen, tuning))
    print("\nmin_support, held-out half, other thresholds as shipped; shares answered")
    for support in SUPPORTS:
        table = rates(held_out, replace(default, min_support=support))
        print(f"{support:5.2f}  " + "  ".join(f"{kind} {row['answered']:.3f}" for kind, row in table.items()))
    print(f"\ndraft and check, median: {draft_ms:.2f} ms")


def _with(options: AnsweringOptions, seen: Sequence[Seen]) -> tuple[AnsweringOptions, dict[str, dict[str, float]]]:
    return options, rates(seen, options)


if __name__ == "__main__":
    main()
