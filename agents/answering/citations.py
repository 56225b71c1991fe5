"""A draft and the retrieved passages in; text with markers, verified citations and findings out.

A quote is believed only when the retrieved passage has exactly this text at exactly this span. A claim that is left
without a quote is not served.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.answering.markers import without_references
from schemas.answers import Citation, Finding, Usage
from schemas.drafts import Claim, Draft, Quote
from schemas.passages import Passage


@dataclass(frozen=True)
class CheckedDraft:
    """What may be served. Marker `[n]` in `text` stands for `citations[n - 1]`; no claims left means empty `text`."""

    text: str
    citations: tuple[Citation, ...]
    findings: tuple[Finding, ...]
    usage: Usage


def check_draft(draft: Draft, passages: Sequence[Passage]) -> CheckedDraft:
    """Verify every quote of `draft` against `passages`, number the good ones, and say what was dropped."""
    retrieved = {passage.chunk_id: passage for passage in passages}
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    findings: list[Finding] = []
    sentences: list[str] = []
    removed = 0
    for claim in draft.claims:
        verified = _verified(claim, retrieved, findings)
        text, references = without_references(claim.text)
        removed += references
        if not verified or not text.strip():
            continue
        marks = []
        for quote in verified:
            key = (quote.chunk_id, quote.span.start, quote.span.end)
            if key not in numbers:
                citations.append(_cite(quote, retrieved[quote.chunk_id]))
                numbers[key] = len(citations)
            marks.append(f"[{numbers[key]}]")
        gap = "\n" if "\n" in text.strip() else " "
        sentences.append(f"{text.strip()}{gap}{''.join(dict.fromkeys(marks))}")
    if removed:
        findings.append(Finding(rule="reference-removed", reason=f"{removed} bracketed references were not ours."))
    return CheckedDraft(_joined(sentences), tuple(citations), tuple(findings), draft.usage)


def found_at_its_span(quote: Quote, passage: Passage) -> bool:
    """Whether `passage`, which begins at `passage.span.start` of the document, has the quote at the quote's span."""
    start, end = quote.span.start - passage.span.start, quote.span.end - passage.span.start
    return 0 <= start < end <= len(passage.text) and passage.text[start:end] == quote.text


def _verified(claim: Claim, retrieved: Mapping[str, Passage], findings: list[Finding]) -> list[Quote]:
    verified = []
    for quote in claim.quotes:
        passage = retrieved.get(quote.chunk_id)
        if passage is None:
            findings.append(Finding(rule="unknown-citation", reason="A quote named a passage that was not retrieved."))
        elif not found_at_its_span(quote, passage):
            findings.append(Finding(rule="unverified-quote", reason="A quote was not found at its span."))
        else:
            verified.append(quote)
    if not claim.quotes:
        findings.append(Finding(rule="uncited-claim", reason="A claim came without a quote."))
    return verified


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


def _joined(sentences: Sequence[str]) -> str:
    """Sentences follow each other in a paragraph; what has lines of its own (code, tables) keeps them."""
    text = ""
    for sentence in sentences:
        separator = "\n" if "\n" in sentence or "\n" in text else " "
        text = f"{text}{separator}{sentence}" if text else sentence
    return text
