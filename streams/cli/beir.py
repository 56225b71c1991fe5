"""A folder in BEIR's layout in, documents, questions and judgements out.

The layout is that of BEIR (Thakur et al. 2021, arXiv 2104.08663): `corpus.jsonl` with `_id`, `title` and `text`,
`queries.jsonl` with `_id` and `text`, and `qrels/SPLIT.tsv` with a heading line, then question, document and grade.
"""

import hashlib
import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.documents import DocumentUpserted
from schemas.failures import ConfigurationError
from schemas.questions import MAX_QUESTION_CHARACTERS
from streams.cli.output import NotRunningError
from streams.codec import field_reasons

CORPUS: Final = "corpus.jsonl"
QUERIES: Final = "queries.jsonl"
COLUMNS: Final = 3
DIGITS: Final = 12
"""Hexadecimal digits of the corpus's hash that name its tenant."""

Judgements = Mapping[str, Mapping[str, int]]
"""Grade of each judged document, by question; 1 and more is relevant, 0 is not."""


class _Text(BaseModel):
    """One line of either JSON file; further fields are ignored."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(alias="_id", min_length=1)
    title: str = ""
    text: str


@dataclass(frozen=True)
class BeirFolder:
    """A corpus on disk with the questions of one split that it can answer."""

    corpus: Path
    digest: str
    """Of the documents that take part: another corpus has another."""
    count: int
    """Documents that take part."""
    questions: Mapping[str, str]
    judgements: Judgements
    absent: int = 0
    """Documents that are judged relevant and are not in the corpus: no search can find them."""

    @property
    def tenant(self) -> str:
        """Where the documents are kept apart from everybody's; the same for the same documents."""
        return f"eval-{self.digest[:DIGITS]}"

    def documents(self) -> Iterator[DocumentUpserted]:
        """The documents, read from the file as they are asked for. Raises `ConfigurationError` for one that is none."""
        for place, line in islice(_lines(self.corpus), self.count):
            yield _document(_text(self.corpus, place, line), self.tenant, f"{self.corpus}, line {place}")


def read_beir(folder: Path, split: str = "test", limit: int | None = None) -> BeirFolder:
    """Read and check a folder; of the corpus, only the ids are kept.

    With a `limit` only so many documents take part, from the top, with the questions that have a relevant one among
    them. Raises `NotRunningError` for a file that is not there, `ConfigurationError` for one that is not in the layout,
    for a corpus without a document, and for a split whose questions none of the documents answers.
    """
    corpus, queries, qrels = folder / CORPUS, folder / QUERIES, folder / "qrels" / f"{split}.tsv"
    for path in (corpus, queries, qrels):
        if not path.is_file():
            raise NotRunningError(f"there is no file {path}: a folder in BEIR's layout has {_layout(split)}")
    ids, digest = _ids(corpus, limit)
    if not ids:
        raise ConfigurationError(f"{corpus} has no document")
    judged = _judged(qrels, ids if limit is not None else None)
    questions = dict(_questions(queries, judged))
    if missing := judged.keys() - questions.keys():
        raise ConfigurationError(f"{queries} lacks {len(missing):,} of the questions in {qrels}, {min(missing)} first")
    relevant = {document for grades in judged.values() for document, grade in grades.items() if grade > 0}
    if not relevant & ids:
        raise ConfigurationError(f"{qrels} has no question with a relevant document among the {len(ids):,} of {corpus}")
    return BeirFolder(corpus, digest, len(ids), questions, judged, len(relevant - ids))


def _questions(queries: Path, wanted: Container[str]) -> Iterator[tuple[str, str]]:
    """Ids and texts of those that are wanted."""
    for place, line in _lines(queries):
        found = _text(queries, place, line)
        if found.id in wanted:
            if not 0 < len(found.text.strip()) <= MAX_QUESTION_CHARACTERS:
                raise ConfigurationError(
                    f"{queries}, line {place}: a question has 1 to {MAX_QUESTION_CHARACTERS:,} characters"
                )
            yield found.id, found.text.strip()


def _layout(split: str) -> str:
    return f"{CORPUS}, {QUERIES} and qrels/{split}.tsv"


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, each with its number."""
    with path.open("rb") as file:
        yield from ((place, line) for place, line in enumerate(file, start=1) if line.strip())


def _ids(corpus: Path, limit: int | None) -> tuple[set[str], str]:
    """Ids of the documents, and a hash of their lines."""
    ids: set[str] = set()
    hashed = hashlib.sha256()
    for place, line in islice(_lines(corpus), limit):
        text = _text(corpus, place, line)
        if text.id in ids:
            raise ConfigurationError(f"{corpus}, line {place}: the id {text.id} was on a line before")
        ids.add(text.id)
        hashed.update(line.rstrip() + b"\n")
    return ids, hashed.hexdigest()


def _judged(qrels: Path, among: set[str] | None) -> dict[str, dict[str, int]]:
    """Judgements by question, of the documents `among` if given; without questions that have no relevant document."""
    judged: dict[str, dict[str, int]] = {}
    for place, line in _lines(qrels):
        question, document, grade = _columns(qrels, place, line)
        if grade.lstrip("-").isdecimal():
            if among is None or document in among:
                judged.setdefault(question, {})[document] = int(grade)
        elif place > 1:  # the heading is the one line without a number
            raise ConfigurationError(f"{qrels}, line {place}: the grade {grade[:20]!r} is no whole number")
    return {question: grades for question, grades in judged.items() if max(grades.values()) > 0}


def _columns(qrels: Path, place: int, line: bytes) -> list[str]:
    columns = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
    if len(columns) != COLUMNS:
        raise ConfigurationError(
            f"{qrels}, line {place}: question, document and grade are wanted, separated by tabs, "
            f"and there are {len(columns)} columns"
        )
    return columns


def _text(path: Path, place: int, line: bytes) -> _Text:
    try:
        fields: Any = json.loads(line)
        return _Text.model_validate(fields)
    except ValidationError as error:
        raise ConfigurationError(f"{path}, line {place}: {field_reasons(error)}") from None
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{path}, line {place}: not JSON: {error.msg}, character {error.pos + 1}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path}, line {place}: not JSON: {error}") from None


def _document(text: _Text, tenant: str, where: str) -> DocumentUpserted:
    try:
        return DocumentUpserted(doc_id=text.id, tenant=tenant, title=text.title.strip() or None, text=text.text)
    except ValidationError as error:
        raise ConfigurationError(f"{where}: {field_reasons(error)}") from None
