"""Real documents in, how many chunks a small edit makes us embed again out; beside two splitters that fill up.

    python bench/edit_stability.py DATA_FOLDER [--tokenizer tokenizer.json] [--min 100 --max 230] [--json]

Each document is planned, edited in four ways (a sentence put in at the start, one in the middle, one taken out, one
appended) and planned again. Chunks embedded again are the upserts of the second plan. The other splitters get the text
that we parsed and the same most tokens a chunk, with no overlap; a chunk of theirs counts when its text is new, as if
they too skipped what they had embedded before.
"""

import argparse
import asyncio
import itertools
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer

from agents.planning import ChunkSizes, Manifest, make_planning_step
from agents.planning.parse import parse
from agents.planning.sentences import sentence_starts
from agents.planning.sizes import SPECIAL_TOKENS
from agents.ports import TokenCounter
from infra.models import ensure_model
from infra.settings import Settings
from infra.token_counter import TokenizerTokenCounter, open_token_counter
from schemas.chunks import Chunk, ChunksPlanned
from schemas.documents import DocumentUpserted
from schemas.embedding_text import embedding_text
from schemas.event import EPOCH, Event, Origin

NEW = "This sentence was added by an editor who had read the whole document twice. "
LONG = 12_000
"""Least characters of a document."""
MODEL_TOKENS = 256
FOLDERS = {"inaugural_txt": "*.txt", "gutenberg": "*.txt", "debian_html": "*.html", "fastapi_md/en": "*.md"}
TYPES = {".txt": "text/plain", ".html": "text/html", ".md": "text/markdown"}
PARAGRAPH = {".txt": r"[^\n]+(?:\n[^\n]+)*", ".html": r"<p>[^<]+", ".md": r"(?:^|\n\n)[A-Z][^\n]+"}
"""What is prose in the source, and so safe to edit without changing the structure."""
INSTALL = (
    "Install the dependency group `bench` for a comparison with langchain-text-splitters and semantic-text-splitter."
)

Splitter = Callable[[str], Sequence[str]]


class Edit(NamedTuple):
    name: str
    text: str
    """The whole document, edited."""


class Source(NamedTuple):
    name: str
    kind: str
    text: str
    edits: list[Edit]


@dataclass
class Figures:
    """Of one splitter over all documents."""

    name: str
    again: list[int] = field(default_factory=list)
    """Chunks embedded again, one number an edit."""
    again_tokens: list[int] = field(default_factory=list)
    """Tokens in those chunks: comparable also where chunks differ in size."""
    share: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    """Of each chunk, its context not included."""
    by_edit: dict[str, list[int]] = field(default_factory=dict)
    over_limit: int = 0
    seconds: float = 0.0
    characters: int = 0

    def saw_edit(self, edit: str, again: Sequence[int], chunks: int) -> None:
        """`again`: tokens of each chunk that is embedded again."""
        self.again.append(len(again))
        self.again_tokens.append(sum(again))
        self.share.append(len(again) / max(chunks, 1))
        self.by_edit.setdefault(edit, []).append(len(again))

    def row(self) -> dict[str, object]:
        return {
            "splitter": self.name,
            "edits": len(self.again),
            "chunks": len(self.tokens),
            "median": statistics.median(self.again),
            "p95": _p95(self.again),
            "worst": max(self.again),
            "tokens_again": round(statistics.mean(self.again_tokens)),
            "share": round(statistics.mean(self.share), 3),
            "mean_tokens": round(statistics.mean(self.tokens)),
            "max_tokens": max(self.tokens),
            "over_limit": self.over_limit,
            "mb_per_s": round(self.characters / 1e6 / self.seconds, 2),
        }


def _p95(numbers: Sequence[int]) -> int:
    return sorted(numbers)[min(int(len(numbers) * 0.95), len(numbers) - 1)]


def sources(folder: Path, each: int, places: int) -> Iterator[Source]:
    """At most `each` documents of a folder, the longest first."""
    for below, pattern in FOLDERS.items():
        texts = [(path, path.read_text("utf-8", "replace")) for path in sorted((folder / below).rglob(pattern))]
        long = sorted((pair for pair in texts if len(pair[1]) >= LONG), key=lambda pair: -len(pair[1]))
        for path, text in long[:each]:
            if edits := _edits(text, path.suffix, places):
                yield Source(f"{below}/{path.name}", TYPES[path.suffix], text, edits)


def _edits(text: str, suffix: str, places: int) -> list[Edit]:
    spans = _sentences(text, suffix)
    if len(spans) < 8:
        return []
    start, end = spans[0][0], spans[-1][1] if suffix == ".html" else len(text.rstrip())
    edits = [Edit("start", text[:start] + NEW + text[start:])]
    for number in range(places):
        middle = spans[len(spans) * (2 * number + 1) // (2 * places)][0]
        gone_from, gone_to = spans[len(spans) * (3 * number + 1) // (3 * places)]
        edits.append(Edit("middle", text[:middle] + NEW + text[middle:]))
        edits.append(Edit("removed", text[:gone_from] + text[gone_to:]))
    return [*edits, Edit("appended", text[:end] + " " + NEW + text[end:])]


def _sentences(text: str, suffix: str) -> list[tuple[int, int]]:
    """(start, end) of sentences of prose, in order; the last of a paragraph left out."""
    spans: list[tuple[int, int]] = []
    for paragraph in re.finditer(PARAGRAPH[suffix], text):
        found = paragraph.group()
        first = paragraph.start() + len(found) - len(found.lstrip("\n")) + (3 if suffix == ".html" else 0)
        starts = [first, *sorted(set(sentence_starts(text, first, paragraph.end())))]
        spans.extend(itertools.pairwise(starts))
    return spans


def measure_ours(documents: Sequence[Source], counter: TokenCounter, sizes: ChunkSizes) -> Figures:
    figures = Figures(f"ragstream {sizes.min_tokens}-{sizes.max_tokens}")
    for document in documents:
        step = make_planning_step(counter, sizes, "bench@1")
        started = time.perf_counter()
        manifest, planned = _planned(step(None, _upserted(document, document.text, 0)))
        figures.seconds += time.perf_counter() - started
        figures.characters += len(document.text.encode())
        figures.tokens += [len(counter.token_ends(chunk.text)) for chunk in planned.upserts]
        title = planned.attributes.title
        figures.over_limit += sum(_is_over(counter, title, chunk) for chunk in planned.upserts)
        for offset, (edit, text) in enumerate(document.edits, start=1):
            _, again = _planned(step(manifest, _upserted(document, text, offset)))
            tokens = [len(counter.token_ends(chunk.text)) for chunk in again.upserts]
            figures.saw_edit(edit, tokens, len(planned.upserts))
    return figures


def _planned(outcome: tuple[Manifest | None, Sequence[Event]]) -> tuple[Manifest | None, ChunksPlanned]:
    manifest, (event,) = outcome
    if not isinstance(event, ChunksPlanned):
        raise TypeError(f"expected a plan, not {event.__class__.__name__}")
    return manifest, event


def _is_over(counter: TokenCounter, title: str | None, chunk: Chunk) -> bool:
    embedded = embedding_text(title, chunk.heading, chunk.text)
    return len(counter.token_ends(embedded)) + SPECIAL_TOKENS > counter.max_tokens


def measure(name: str, splitter: Splitter, documents: Sequence[Source], counter: TokenCounter, most: int) -> Figures:
    figures = Figures(f"{name} {most}")
    for document in documents:
        text = parse(_upserted(document, document.text, 0)).text
        started = time.perf_counter()
        before = splitter(text)
        figures.seconds += time.perf_counter() - started
        figures.characters += len(text.encode())
        counts = [len(counter.token_ends(each)) for each in before]
        figures.tokens += counts
        figures.over_limit += sum(count + SPECIAL_TOKENS > counter.max_tokens for count in counts)
        for edit, edited in document.edits:
            after = splitter(parse(_upserted(document, edited, 0)).text)
            new = (Counter(after) - Counter(before)).elements()
            figures.saw_edit(edit, [len(counter.token_ends(each)) for each in new], len(before))
    return figures


def _upserted(document: Source, text: str, offset: int) -> DocumentUpserted:
    origin = Origin(topic="documents", partition=0, offset=offset, at=EPOCH)
    return DocumentUpserted(doc_id=document.name, text=text, content_type=document.kind, read_from=origin)


def rivals(counter: TokenCounter, tokenizer: Tokenizer, most: int) -> Iterator[tuple[str, Splitter]]:
    """Splitters to compare with; none when they are not installed."""
    try:
        from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415 - may be missing
        from semantic_text_splitter import TextSplitter  # noqa: PLC0415
    except ImportError:
        print(INSTALL, file=sys.stderr)
        return

    def length(text: str) -> int:
        return len(counter.token_ends(text))

    recursive = RecursiveCharacterTextSplitter(chunk_size=most, chunk_overlap=0, length_function=length)
    yield "langchain RecursiveCharacterTextSplitter", recursive.split_text
    yield "semantic-text-splitter", TextSplitter.from_huggingface_tokenizer(tokenizer, most).chunks


def show(documents: Sequence[Source], rows: Sequence[Figures]) -> None:
    kinds = Counter(document.name.rpartition("/")[0].split("/")[0] for document in documents)
    held = ", ".join(f"{count} of {kind}" for kind, count in kinds.items())
    megabytes = sum(len(document.text.encode()) for document in documents) / 1e6
    print(f"{len(documents)} documents ({held}), {megabytes:.2f} MB, {len(rows[0].again)} edits\n")
    names = list(rows[0].row())
    print("| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    for figures in rows:
        print("| " + " | ".join(str(value) for value in figures.row().values()) + " |")
    print("\nmean (worst) by edit:")
    for figures in rows:
        edits = (f"{edit} {statistics.mean(n):.1f} ({max(n)})" for edit, n in figures.by_edit.items())
        print(f"  {figures.name}: " + ", ".join(edits))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path, help=f"holds {', '.join(FOLDERS)}")
    arguments.add_argument("--tokenizer", type=Path, help="tokenizer.json; by default that of the default model")
    arguments.add_argument("--each", type=int, default=15, help="most documents of a folder")
    arguments.add_argument("--places", type=int, default=1, help="sentences put in, and taken out, in the middle")
    arguments.add_argument("--min", type=int, default=ChunkSizes().min_tokens)
    arguments.add_argument("--max", type=int, default=ChunkSizes().max_tokens)
    arguments.add_argument("--alone", action="store_true", help="leave the other splitters out")
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    documents = list(sources(given.folder, given.each, given.places))
    if not documents:
        sys.exit(f"No document of at least {LONG} characters under {given.folder}.")
    path = given.tokenizer
    if path is None:
        model = asyncio.run(ensure_model(Settings(), lambda sentence: print(sentence, file=sys.stderr)))
        path, counter = model.tokenizer, open_token_counter(model)
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if given.tokenizer is not None:
        counter = TokenizerTokenCounter(tokenizer, MODEL_TOKENS)
    sizes = ChunkSizes(given.min, given.max)
    rows = [measure_ours(documents, counter, sizes)]
    others = [] if given.alone else rivals(counter, tokenizer, given.max)
    rows += [measure(name, cut, documents, counter, given.max) for name, cut in others]
    if given.json:
        print(json.dumps([figures.row() for figures in rows], indent=2))
    else:
        show(documents, rows)


if __name__ == "__main__":
    main()
