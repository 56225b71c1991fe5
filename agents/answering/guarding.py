"""Texts of one question in, what guardrails leave of them out: the question, its passages, what is about to be served.

Without a guard everything passes. A passage is looked at below its title and headings, which a model and a reader see
as well. What a rule redacts in it is masked at the same length, so that every offset is still the document's; a quote
over a mask is not found in the document, and so is never served.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.labelled_text import LabelledText
from agents.ports import Guard, Subject, Vectors
from schemas.answers import Finding
from schemas.chunks import Span
from schemas.drafts import Quote
from schemas.guardrails import MASK, Verdict
from schemas.passages import Passage
from schemas.questions import QuestionAsked


@dataclass(frozen=True)
class Admitted:
    """Passages that may be drafted from."""

    passages: tuple[Passage, ...]
    """With the text as it is stored: citations are checked in it."""
    shown: tuple[Passage, ...]
    """The same with what was redacted masked in the text, too: generators read these."""
    findings: tuple[Finding, ...]
    policies: tuple[str, ...]


def check_question(
    guard: Guard | None, tenant: str, text: str, vector: Vectors | None = None, embedder_id: str = ""
) -> Verdict:
    """What the rules for questions say of `text`; with its embedding where that is known."""
    if guard is None:
        return Verdict(text=text)
    return guard.check(Subject(stage="question", text=text, tenant=tenant, vector=vector, embedder_id=embedder_id))


def showable_question(guard: Guard | None, question: QuestionAsked) -> str:
    """The question's text with what is to be redacted replaced: for outcomes of which nothing else is known."""
    return check_question(guard, question.tenant, question.text).text


def admit(
    guard: Guard | None,
    tenant: str,
    fetched: Sequence[Passage],
    choose: Callable[[Sequence[Passage]], Sequence[Passage]],
) -> Admitted:
    """Those of `fetched` that `choose` takes, without what a rule refuses: then it chooses again from the rest."""
    if guard is None:
        chosen = tuple(choose(fetched))
        return Admitted(chosen, chosen, (), ())
    verdicts: dict[str, Verdict] = {}
    findings: list[Finding] = []
    while True:
        chosen = tuple(choose([each for each in fetched if not _refused(each, verdicts)]))
        unread = [each for each in chosen if each.chunk_id not in verdicts]
        if not unread:
            break
        for passage in unread:
            labelled = _labelled(passage)
            verdict = guard.check(Subject(stage="passage", text=labelled.whole, tenant=tenant))
            verdicts[passage.chunk_id] = verdict
            findings += [_of_passage(labelled.placed(finding), passage) for finding in verdict.findings]
    shown = tuple(_masked(each, verdicts[each.chunk_id]) for each in chosen)
    cited = tuple(
        old if new is old else new.model_copy(update={"text": old.text}) for old, new in zip(chosen, shown, strict=True)
    )
    policies = next((verdict.policies for verdict in verdicts.values()), ())
    return Admitted(cited, shown, tuple(findings), policies)


def _labelled(passage: Passage) -> LabelledText:
    return LabelledText((passage.title or "", *passage.heading), passage.text)


def _masked(passage: Passage, verdict: Verdict) -> Passage:
    if verdict.action != "redact":
        return passage
    (title, *heading), text = _labelled(passage).masked(verdict)
    return passage.model_copy(update={"title": title or None, "heading": tuple(heading), "text": text})


def _refused(passage: Passage, verdicts: Mapping[str, Verdict]) -> bool:
    verdict = verdicts.get(passage.chunk_id)
    return verdict is not None and verdict.refused


def without_redacted(guard: Guard | None, tenant: str, quote: Quote) -> tuple[tuple[Quote, ...], tuple[Finding, ...]]:
    """What is left of `quote` around everything that a rule for answers redacts, nothing if one refuses it; and why."""
    if guard is None:
        return (quote,), ()
    verdict = guard.check(Subject(stage="answer", text=quote.text, tenant=tenant))
    if verdict.action in {"allow", "flag"}:
        return (quote,), ()
    hidden = verdict.masked(quote.text)
    if verdict.refused or hidden == quote.text:
        return (), verdict.findings
    pieces: list[Quote] = []
    position = 0
    for piece in hidden.split(MASK):
        if piece.strip():
            start = quote.span.start + position
            pieces.append(Quote(chunk_id=quote.chunk_id, span=Span(start=start, end=start + len(piece)), text=piece))
        position += len(piece) + len(MASK)
    return tuple(pieces), verdict.findings


def citable(guard: Guard | None, tenant: str, passage: Passage) -> tuple[Passage, tuple[Finding, ...]]:
    """The passage with the title and headings that an answer may show of it; none if a rule refuses them."""
    labels = (passage.title or "", *passage.heading)
    if guard is None or not any(labels):
        return passage, ()
    verdict = guard.check(Subject(stage="answer", text="\n".join(labels), tenant=tenant))
    findings = tuple(each.model_copy(update={"span": None}) for each in verdict.findings)
    if verdict.refused:
        return passage.model_copy(update={"title": None, "heading": ()}), findings
    if verdict.action != "redact":
        return passage, findings
    (title, *heading), _ = LabelledText(labels, "").masked(verdict)
    return passage.model_copy(update={"title": title or None, "heading": tuple(heading)}), findings


def _of_passage(finding: Finding, passage: Passage) -> Finding:
    """The finding with the passage that it is about; its reason names the document, never the text."""
    reason = f"In document {passage.doc_id}, passage {passage.ordinal}: {finding.reason}"
    return finding.model_copy(update={"reason": reason})
