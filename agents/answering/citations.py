"""A drafted claim and the retrieved passages in; its sentence with markers, verified citations and findings out.

A quote is believed only when the retrieved passage has exactly this text at exactly this span. A claim that is left
without a quote is not served.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from agents.answering.markers import without_references
from schemas.answers import Citation, Finding
from schemas.drafts import Claim, Quote
from schemas.passages import Passage

_LISTED: Final = re.compile(r"(?:[-*+•‣◦]|[0-9]{1,3}[.)]) ")


class CitationChecker:
    """Checks the claims of one answer, one after the other, and numbers the citations that they leave."""

    def __init__(self, passages: Sequence[Passage], shown: Callable[[Passage], Passage] | None = None) -> None:
        """`passages` are all that may be cited; `shown` gives one with the title that may be shown of it."""
        self.citations: list[Citation] = []
        """Marker `[n]` in a sentence stands for `citations[n - 1]`."""
        self._shown = shown
        self._retrieved = {passage.chunk_id: passage for passage in passages}
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._findings: list[Finding] = []
        self._removed = 0

    def verified(self, claim: Claim) -> Claim:
        """`claim` with the quotes that were found where they say, and without references that are not ours.

        Nothing may be left of it: a claim without quotes, or without text, is not to be served.
        """
        text, removed = without_references(claim.text)
        self._removed += removed
        if not claim.quotes:
            self._note("uncited-claim", "A claim came without a quote.")
        return Claim(text=text.strip(), quotes=tuple(quote for quote in claim.quotes if self._is_true(quote)))

    def cited(self, claim: Claim) -> str:
        """The sentence of a verified claim with a marker for each of its quotes."""
        marks = dict.fromkeys(f"[{self._number(quote)}]" for quote in claim.quotes)
        gap = "\n" if "\n" in claim.text else " "
        return f"{claim.text}{gap}{''.join(marks)}"

    def findings(self) -> tuple[Finding, ...]:
        """What was dropped from the claims so far, and why."""
        if not self._removed:
            return tuple(self._findings)
        reason = f"{self._removed} bracketed references were not ours."
        return (*self._findings, Finding(rule="reference-removed", reason=reason))

    def _is_true(self, quote: Quote) -> bool:
        passage = self._retrieved.get(quote.chunk_id)
        if passage is None:
            self._note("unknown-citation", "A quote named a passage that was not retrieved.")
        elif not found_at_its_span(quote, passage):
            self._note("unverified-quote", "A quote was not found at its span.")
        else:
            return True
        return False

    def _number(self, quote: Quote) -> int:
        key = (quote.chunk_id, quote.span.start, quote.span.end)
        if key not in self._numbers:
            passage = self._retrieved[quote.chunk_id]
            self.citations.append(_cite(quote, self._shown(passage) if self._shown else passage))
            self._numbers[key] = len(self.citations)
        return self._numbers[key]

    def _note(self, rule: str, reason: str) -> None:
        self._findings.append(Finding(rule=rule, reason=reason))


@dataclass(frozen=True)
class CheckedDraft:
    """What may be served of a draft; no claims left means empty `text`."""

    text: str
    citations: tuple[Citation, ...]
    findings: tuple[Finding, ...]


def check_claims(claims: Iterable[Claim], passages: Sequence[Passage]) -> CheckedDraft:
    """Verify every quote of `claims` against `passages`, number the good ones, and say what was dropped."""
    checker = CitationChecker(passages)
    text = ""
    for claim in claims:
        verified = checker.verified(claim)
        if verified.quotes and verified.text:
            text = joined(text, checker.cited(verified))
    return CheckedDraft(text, tuple(checker.citations), checker.findings())


def found_at_its_span(quote: Quote, passage: Passage) -> bool:
    """Whether `passage`, which begins at `passage.span.start` of the document, has the quote at the quote's span."""
    start, end = quote.span.start - passage.span.start, quote.span.end - passage.span.start
    return 0 <= start < end <= len(passage.text) and passage.text[start:end] == quote.text


def _cite(quote: Quote, passage: Passage) -> Citation:
    return Citation(
        chunk_id=passage.chunk_id,
        doc_id=passage.doc_id,
        revision=passage.revision,
        title=passage.title,
        uri=passage.uri,
        heading=passage.heading,
        span=quote.span,
        quote=quote.text,
        score=passage.score,
    )


def joined(text: str, sentence: str) -> str:
    """`sentence` behind `text`: in the same paragraph, or on its own line: a list's item, code, what follows."""
    separator = "\n" if "\n" in sentence or "\n" in text or _LISTED.match(sentence) else " "
    return f"{text}{separator}{sentence}" if text else sentence
