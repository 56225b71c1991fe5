"""A folder in, documents out: BEIR's `corpus.jsonl`, or text files. Standard library only, for four environments."""

import hashlib
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

CONTENT_TYPES = {".md": "text/markdown", ".txt": "text/plain"}
EDITED_ONE_IN = 100
ADDED = "An editor looked at this again. "
SENTENCE_START = re.compile(r"(?<=[.!?])\s+(?=\S)")


@dataclass(frozen=True)
class Part:
    """Every `of`-th document, from number `number` on: parts of one corpus are alike."""

    number: int
    of: int


@dataclass(frozen=True)
class Document:
    doc_id: str
    title: str | None
    text: str
    content_type: str

    @property
    def whole(self) -> str:
        """Title and text, as BEIR joins them."""
        return f"{self.title} {self.text}" if self.title else self.text


def read(folder: Path, limit: int | None, part: Part) -> list[Document]:
    """The part of the first `limit` documents. Raises `SystemExit` with a sentence when there are none."""
    corpus = folder / "corpus.jsonl"
    if corpus.is_file():
        lines = corpus.read_text("utf-8").splitlines()[:limit]
        documents = [_of_beir(json.loads(line)) for line in lines[part.number :: part.of]]
    else:
        paths = sorted(path for path in folder.rglob("*") if path.suffix in CONTENT_TYPES and path.is_file())[:limit]
        documents = [_of_file(folder, path) for path in paths[part.number :: part.of]]
    documents = [each for each in documents if each.text.strip()]
    if not documents:
        raise SystemExit(f"{folder} has no document for part {part.number + 1} of {part.of}: name a folder with more")
    return documents


def edited(documents: Sequence[Document]) -> dict[str, Document]:
    """One per cent of the documents, at least one, with a sentence put into their middle; by id. Chosen by a hash."""
    count = math.ceil(len(documents) / EDITED_ONE_IN)
    chosen = sorted(documents, key=lambda each: hashlib.sha256(each.doc_id.encode()).digest())[:count]
    return {each.doc_id: replace(each, text=_with_a_sentence(each.text)) for each in chosen}


def _with_a_sentence(text: str) -> str:
    starts = [0, *(match.end() for match in SENTENCE_START.finditer(text))]
    middle = starts[len(starts) // 2]
    return text[:middle] + ADDED + text[middle:]


def _of_beir(line: dict[str, str]) -> Document:
    return Document(line["_id"], line.get("title") or None, line["text"], "text/plain")


def _of_file(folder: Path, path: Path) -> Document:
    name = path.relative_to(folder).as_posix()
    return Document(name, None, path.read_text("utf-8", "replace"), CONTENT_TYPES[path.suffix])
