"""A parsed document in, what guardrails leave of it out: masked at equal length, or refused.

The mask keeps every offset, so that chunks and citations are those of the text that is indexed.
"""

from dataclasses import dataclass, replace

from agents.labelled_text import LabelledText
from agents.planning.document import Block, ParsedDocument, short
from agents.ports import Guard, Subject


@dataclass(frozen=True)
class Guarded:
    """A document that was looked at."""

    parsed: ParsedDocument
    """As it may be indexed; its warnings say what was found."""
    title: str | None
    """As it may be shown."""
    refused: str | None
    """Why nothing of it may be indexed; None when it may."""


def guard_document(guard: Guard | None, tenant: str, parsed: ParsedDocument, given: str | None = None) -> Guarded:
    """Apply the rules for documents to text and title; a title that was `given` goes before the document's own.

    Without a guard everything passes.
    """
    title = given or parsed.title
    if guard is None:
        return Guarded(parsed, title, None)
    is_a_heading = not given and any(block.title == title for block in parsed.blocks)
    labelled = LabelledText(() if title is None or is_a_heading else (title,), parsed.text)
    verdict = guard.check(Subject(stage="document", text=labelled.whole, tenant=tenant))
    noted = dict.fromkeys(f"Guardrail {each.rule} ({each.action}): {each.reason}" for each in verdict.findings)
    warned = replace(parsed, warnings=(*parsed.warnings, *noted))
    if verdict.refused:
        return Guarded(warned, title, verdict.reason)
    if verdict.action != "redact":
        return Guarded(warned, title, None)
    labels, text = labelled.masked(verdict)
    masked = _masked(warned, text)
    return Guarded(masked, labels[0] if labels else masked.title, None)


def _masked(parsed: ParsedDocument, text: str) -> ParsedDocument:
    """The document with `text` for its own; a title that it gives itself is one of its headings."""
    blocks = tuple(_retitled(block, parsed.text, text) for block in parsed.blocks)
    renamed = {old.title: short(new.title) for old, new in zip(parsed.blocks, blocks, strict=True) if old.title}
    title = None if parsed.title is None else renamed.get(parsed.title, parsed.title)
    return replace(parsed, text=text, blocks=blocks, title=title)


def _retitled(block: Block, before: str, after: str) -> Block:
    if block.kind != "heading" or before[block.start : block.end] == after[block.start : block.end]:
        return block
    return replace(block, title=after[block.start : block.end].strip("#= -\n\t"))
