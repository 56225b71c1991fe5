"""Questions with what came of them in, shares of good and wrong answers out."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.answers import Answer, AnswerAbstained, AnswerServed, Citation
from streams.cli.retrieval_metrics import percentiles
from streams.cli.squad import JudgedQuestion

_MARK: Final = re.compile(r"\s*\[[0-9]+\]")
_WHITE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Judged:
    """A question, and the outcome that it had."""

    question: JudgedQuestion
    answer: Answer

    @property
    def served(self) -> bool:
        return isinstance(self.answer, AnswerServed)

    @property
    def retrieved(self) -> bool:
        """Whether the paragraph that the question was written about is among the passages that were weighed."""
        weighed = int(self.answer.provenance.retrieval.get("top_k", 0))
        return any(passage.doc_id == self.question.doc_id for passage in self.answer.looked_at[:weighed])

    @property
    def right(self) -> bool:
        """Whether an answer was served that has the marked text in it."""
        return self.served and contains(self.answer.text, self.question.gold)


def contains(text: str, gold: Iterable[str]) -> bool:
    """Whether one of `gold` is in `text`; capitals, white space and citation marks are not looked at."""
    plain = _plain(text)
    return any(_plain(each) in plain for each in gold)


def _plain(text: str) -> str:
    return _WHITE.sub(" ", _MARK.sub("", text)).strip().casefold()


def figures(judged: Sequence[Judged], other: Sequence[Answer]) -> dict[str, Any]:
    """Shares of 0 to 1, None where there was nothing to count.

    `gold` is the share of answerable questions with their paragraph retrieved whose answer has the marked text;
    `wrong` the share of served answers that lack it or answer what has no answer; `other` asks another corpus's
    questions.
    """
    answerable = [each for each in judged if each.question.gold]
    retrieved = [each for each in answerable if each.retrieved]
    unanswerable = [each for each in judged if not each.question.gold]
    served = [each for each in judged if each.served]
    everything = [each.answer for each in judged] + list(other)
    return {
        "answerable": len(answerable),
        "unanswerable": len(unanswerable),
        "other_questions": len(other),
        "retrieved": share(answerable, lambda each: each.retrieved),
        "answered": share(retrieved, lambda each: each.served),
        "gold": share(retrieved, lambda each: each.right),
        "abstained_unanswerable": share(unanswerable, lambda each: isinstance(each.answer, AnswerAbstained)),
        "abstained_other": share(other, lambda answer: isinstance(answer, AnswerAbstained)),
        "wrong": share(served, lambda each: not each.right),
        "outcomes": dict(sorted(Counter(type(answer).__name__ for answer in everything).items())),
        "generators": dict(sorted(Counter(a.provenance.generator_id for a in everything if a.citations).items())),
        "characters": percentiles(len(each.answer.text) for each in served),
        "latency_ms": percentiles(answer.timings_ms.get("total", 0.0) for answer in everything),
    }


def share(of: Sequence[Any], holds: Callable[[Any], bool]) -> float | None:
    """The share of `of` that `holds` is true for, None of nothing."""
    return round(sum(map(holds, of)) / len(of), 4) if of else None


def check_citations(answers: Iterable[Answer], texts: Mapping[str, str]) -> dict[str, Any]:
    """How many served answers and citations were checked against `texts`, the documents by id, and which failed.

    Nothing that an answer says of itself is believed: a quote must be what the document has at its span.
    """
    served = [answer for answer in answers if isinstance(answer, AnswerServed)]
    failed = [
        f"{answer.query_id}: {citation.doc_id} {citation.span.start}-{citation.span.end}"
        for answer in served
        for citation in answer.citations
        if not _stands(citation, texts)
    ]
    uncited = [f"{answer.query_id}: no citation" for answer in served if not answer.citations]
    return {
        "answers": len(served),
        "citations": sum(len(answer.citations) for answer in served),
        "failed": len(failed) + len(uncited),
        "failures": (failed + uncited)[:20],
    }


def _stands(citation: Citation, texts: Mapping[str, str]) -> bool:
    text = texts.get(citation.doc_id, "")
    return bool(citation.quote) and text[citation.span.start : citation.span.end] == citation.quote
