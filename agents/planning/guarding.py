"""A parsed document in, what guardrails leave of it out: masked at equal length, or refused.

The mask keeps every offset, so that chunks and citations are those of the text that is indexed.
"""

from dataclasses import dataclass, replace

from agents.planning.document import Block, ParsedDocument, short
from agents.ports import Guard, Subject
from schemas.guardrails import Verdict


@dataclass(frozen=True)
class Guarded:
    """A document that was looked at."""

    parsed: ParsedDocument
    """As it may be indexed; its warnings say what was found."""
    refused: str | None
    """Why nothing of it may be indexed; None when it may."""


def guard_document(guard: Guard | None, tenant: str, parsed: ParsedDocument) -> Guarded:
    """Apply the rules for documents. Without a guard everything passes."""
    if guard is None:
        return Guarded(parsed, None)
    verdict = guard.check(Subject(stage="document", text=parsed.text, tenant=tenant))
    noted = dict.fromkeys(f"Guardrail {each.rule} ({each.action}): {each.reason}" for each in verdict.findings)
    warned = replace(parsed, warnings=(*parsed.warnings, *noted))
    if verdict.refused:
        return Guarded(warned, verdict.reason)
    return Guarded(_masked(warned, verdict), None) if verdict.action == "redact" else Guarded(warned, None)


def _masked(parsed: ParsedDocument, verdict: Verdict) -> ParsedDocument:
    """Text and titles without what is redacted; a title that the document gives itself is one of its headings."""
    text = verdict.masked(parsed.text)
    blocks = tuple(_retitled(block, parsed.text, text) for block in parsed.blocks)
    renamed = {old.title: short(new.title) for old, new in zip(parsed.blocks, blocks, strict=True) if old.title}
    title = None if parsed.title is None else renamed.get(parsed.title, parsed.title)
    return replace(parsed, text=text, blocks=blocks, title=title)


def _retitled(block: Block, before: str, after: str) -> Block:
    if block.kind != "heading" or before[block.start : block.end] == after[block.start : block.end]:
        return block
    return replace(block, title=after[block.start : block.end].strip("#= -\n\t"))
