"""A folder of JSON in SQuAD 2.0's layout in, paragraphs as documents and questions with their answers out.

The layout is that of Rajpurkar et al. 2018 (arXiv 1806.03822): `data` holds articles with `title` and `paragraphs`; a
paragraph has its `context` and `qas`, of which each has `id`, `question`, `is_impossible` and `answers` with `text`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, ValidationError

from schemas.documents import DocumentUpserted
from schemas.failures import ConfigurationError
from schemas.questions import MAX_QUESTION_CHARACTERS
from streams.cli.output import NotRunningError
from streams.codec import field_reasons

DIGITS: Final = 12
"""Hexadecimal digits of the paragraphs' hash that name their tenant."""


class _Answer(BaseModel):
    text: str


class _Asked(BaseModel):
    id: str = Field(min_length=1)
    question: str
    is_impossible: bool = False
    answers: tuple[_Answer, ...] = ()


class _Paragraph(BaseModel):
    context: str
    qas: tuple[_Asked, ...] = ()


class _Article(BaseModel):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class _File(BaseModel):
    data: tuple[_Article, ...]


@dataclass(frozen=True)
class JudgedQuestion:
    """A question about one paragraph."""

    question_id: str
    text: str
    doc_id: str
    """The paragraph that it was written about."""
    gold: tuple[str, ...]
    """Texts of the answer as people marked it; empty when there is none."""


@dataclass(frozen=True)
class SquadFolder:
    """Paragraphs with the questions about them."""

    paragraphs: tuple[tuple[str, str, str], ...]
    """Id, title and text of each."""
    questions: tuple[JudgedQuestion, ...]

    @property
    def tenant(self) -> str:
        """Where the paragraphs are kept apart from everybody's documents; the same for the same paragraphs."""
        hashed = hashlib.sha256(repr(self.paragraphs).encode())
        return f"eval-{hashed.hexdigest()[:DIGITS]}"

    def documents(self) -> Iterator[DocumentUpserted]:
        """The paragraphs, each a document."""
        for doc_id, title, text in self.paragraphs:
            yield DocumentUpserted(doc_id=doc_id, tenant=self.tenant, title=title or None, text=text)

    def sample(self, most: int | None) -> tuple[JudgedQuestion, ...]:
        """At most so many questions, the same ones every time, whatever order they are in."""
        drawn = sorted(self.questions, key=lambda each: hashlib.sha256(each.question_id.encode()).digest())
        return tuple(drawn[:most])


def read_squad(folder: Path) -> SquadFolder:
    """All files that end in `.json`, together; equal paragraphs of one article are one document.

    Raises `NotRunningError` when there is no such file, `ConfigurationError` for one that is not in the layout, for a
    question without answer that is not marked so, and when there is nothing to ask.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise NotRunningError(f"there is no .json file in {folder}: one in SQuAD 2.0's layout is wanted")
    paragraphs: dict[str, tuple[str, str, str]] = {}
    questions: dict[str, JudgedQuestion] = {}
    for file in files:
        for article in _parsed(file).data:
            for paragraph in article.paragraphs:
                doc_id = _doc_id(article.title, paragraph.context)
                paragraphs[doc_id] = (doc_id, article.title.replace("_", " "), paragraph.context)
                questions |= {asked.id: _judged(file, asked, doc_id) for asked in paragraph.qas}
    if not questions:
        raise ConfigurationError(f"the files in {folder} have no question")
    return SquadFolder(tuple(paragraphs.values()), tuple(questions.values()))


def _doc_id(title: str, context: str) -> str:
    return f"{title[:64] or 'paragraph'}-{hashlib.sha256(context.encode()).hexdigest()[:DIGITS]}"


def _parsed(file: Path) -> _File:
    try:
        return _File.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise ConfigurationError(f"{file} is not in SQuAD's layout: {field_reasons(error)}") from None


def _judged(file: Path, asked: _Asked, doc_id: str) -> JudgedQuestion:
    text = asked.question.strip()
    gold = tuple(dict.fromkeys(answer.text for answer in asked.answers if answer.text.strip()))
    if not 0 < len(text) <= MAX_QUESTION_CHARACTERS:
        raise ConfigurationError(
            f"{file}, question {asked.id}: a question has 1 to {MAX_QUESTION_CHARACTERS:,} characters"
        )
    if not gold and not asked.is_impossible:
        raise ConfigurationError(f"{file}, question {asked.id}: it has no answer, and is_impossible does not say so")
    return JudgedQuestion(asked.id, text, doc_id, () if asked.is_impossible else gold)
