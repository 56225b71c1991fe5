"""A document event and the manifest of what was planned before in; the difference, and the new manifest, out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from agents.language import language_of
from agents.planning.chunk import chunk
from agents.planning.document import ParsedDocument
from agents.planning.guarding import Guarded, guard_document
from agents.planning.manifest import Manifest, attributes_of, fingerprint, given_by, planned, recipe_of
from agents.planning.parse import parse
from agents.planning.sizes import ChunkSizes
from agents.ports import Guard, TokenCounter
from agents.shapes import Step
from agents.tracer import UNTRACED, Tracer
from schemas import signals
from schemas.chunks import Chunk, ChunksPlanned, DocumentAttributes, Move, Span
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.embedding_text import embedding_context
from schemas.event import Event, derive_id, origin_of
from schemas.index_log import DocumentSkipped

MOST_OF_TYPE: Final = 100
"""Characters of a content type that is told."""
DocumentEvent: TypeAlias = DocumentUpserted | DocumentDeleted
Outcome: TypeAlias = tuple[Manifest | None, Sequence[Event]]


def make_planning_step(
    counter: TokenCounter,
    sizes: ChunkSizes,
    embedder_id: str,
    guard: Guard | None = None,
    tracer: Tracer = UNTRACED,
) -> Step[Manifest, DocumentEvent]:
    """The step, which raises `PermanentError` for a document that cannot be parsed.

    What guardrails refuse is not indexed, and taken out of the index if it was there. A policy that changes holds for
    documents that come from then on, unchanged ones included.

    Raises `ConfigurationError`, at once, when chunks of these sizes would not fit the embedder.
    """
    sizes.checked_against(counter.max_tokens)
    planner = _Planner(counter, sizes, recipe_of(embedder_id, sizes.min_tokens, sizes.max_tokens), guard, tracer)

    def plan(state: Manifest | None, event: DocumentEvent) -> Outcome:
        before = state or Manifest()
        if _is_stale(before, event):
            newest = f"version {event.source_version} came after version {before.source_version}"
            return state, (_skipped(event, "stale", newest),)
        after, events = (
            _deleted(before, event) if isinstance(event, DocumentDeleted) else planner.upserted(before, event)
        )
        return after, [_planned_for(embedder_id, each) for each in events]

    return plan


def _planned_for(embedder_id: str, event: Event) -> Event:
    return event.model_copy(update={"embedder_id": embedder_id}) if isinstance(event, ChunksPlanned) else event


def _is_stale(before: Manifest, event: DocumentEvent) -> bool:
    """A producer that gives versions may deliver them out of order; one that gives none is taken at its word."""
    return (
        event.source_version is not None
        and before.source_version is not None
        and event.source_version < before.source_version
    )


def _deleted(before: Manifest, event: DocumentDeleted) -> Outcome:
    after = Manifest(revision=before.revision, source_version=_version(before, event))
    if not before.chunks:
        return after, (_skipped(event, "absent", "no chunk of this document is in the index"),)
    after = after.model_copy(update={"revision": before.revision + 1})
    deletes = tuple(each.chunk_id for each in before.chunks)
    whose = DocumentAttributes(readers=before.readers)
    return after, (_plan(event, after, attributes=whose, deletes=deletes, deleted=True),)


@dataclass(frozen=True)
class _Planner:
    counter: TokenCounter
    sizes: ChunkSizes
    recipe: str
    guard: Guard | None
    tracer: Tracer

    def upserted(self, before: Manifest, event: DocumentUpserted) -> Outcome:
        given = given_by(event, () if self.guard is None else self.guard.policies(event.tenant))
        if given == before.given and self.recipe == before.recipe:
            after = before.model_copy(update={"source_version": _version(before, event)})
            return after, (_nothing_new(after, event),)
        guarded = self._guarded(event)
        parsed, title = guarded.parsed, guarded.title
        chunks = self._chunks(event, parsed, title) if guarded.refused is None else []
        attributes = DocumentAttributes(
            title=title,
            uri=event.uri,
            metadata=event.metadata,
            readers=event.readers,
            language=language_of(parsed.text),
        )
        after = Manifest(
            revision=before.revision + bool(chunks or before.chunks),
            source_version=_version(before, event),
            given=given,
            attributes=attributes_of(attributes),
            recipe=self.recipe,
            chunks=tuple(map(planned, chunks)),
            readers=event.readers,
            refused=guarded.refused or "",
        )
        if not chunks and not before.chunks:
            return after, (_without_chunks(event, after),)
        return after, (
            _difference(event, before, after, chunks=chunks, attributes=attributes, warnings=parsed.warnings),
        )

    def _guarded(self, event: DocumentUpserted) -> Guarded:
        with self.tracer.span(signals.PARSE, {signals.CONTENT_TYPE: event.content_type[:MOST_OF_TYPE]}) as span:
            parsed = parse(event)
            span.note({signals.CHARACTERS: len(parsed.text)})
        with self.tracer.span(signals.SCREEN, {signals.GUARD_STAGE: "document"}) as span:
            guarded = guard_document(self.guard, event.tenant, parsed, event.title)
            changed = "redact" if guarded.parsed.text != parsed.text else "allow"
            span.note({signals.GUARD_ACTION: changed if guarded.refused is None else "block"})
        return guarded

    def _chunks(self, event: DocumentUpserted, parsed: ParsedDocument, title: str | None) -> list[Chunk]:
        with self.tracer.span(signals.CHUNK) as span:
            chunks = self._cut(event, parsed, title)
            span.note({signals.CHUNKS: len(chunks)})
        return chunks

    def _cut(self, event: DocumentUpserted, parsed: ParsedDocument, title: str | None) -> list[Chunk]:
        """Chunks with ids made of what is embedded and how often it came before, so that an unchanged one keeps its."""
        seen: Counter[str] = Counter()
        chunks = []
        for ordinal, piece in enumerate(chunk(parsed, title, self.counter, self.sizes)):
            text = parsed.text[piece.start : piece.end]
            content = fingerprint(embedding_context(title, piece.heading), text)
            chunks.append(
                Chunk(
                    chunk_id=derive_id("chunk", event.tenant, event.doc_id, content, seen[content]),
                    text=text,
                    ordinal=ordinal,
                    span=Span(start=piece.start, end=piece.end),
                    heading=piece.heading,
                )
            )
            seen[content] += 1
        return chunks


def _difference(
    event: DocumentUpserted,
    before: Manifest,
    after: Manifest,
    *,
    chunks: Sequence[Chunk],
    attributes: DocumentAttributes,
    warnings: Sequence[str],
) -> ChunksPlanned:
    """What takes the index from `before` to `after`. Another recipe means another collection, which has none of it."""
    stored = {each.chunk_id: each for each in before.chunks} if before.recipe == after.recipe else {}
    same_attributes = before.attributes == after.attributes
    upserts, moves = [], []
    for new, place in zip(chunks, after.chunks, strict=True):
        old = stored.get(new.chunk_id)
        if old is None:
            upserts.append(new)
        elif old != place or not same_attributes:
            moves.append(Move(chunk_id=new.chunk_id, ordinal=new.ordinal, span=new.span, heading=new.heading))
    kept = {each.chunk_id for each in after.chunks}
    return _plan(
        event,
        after,
        attributes=attributes,
        upserts=tuple(upserts),
        moves=tuple(moves),
        deletes=tuple(each.chunk_id for each in before.chunks if each.chunk_id not in kept),
        unchanged=len(chunks) - len(upserts) - len(moves),
        warnings=tuple(warnings),
    )


def _nothing_new(manifest: Manifest, event: DocumentUpserted) -> Event:
    """It travels the whole way, so that the index log's order says what is in the index. It costs nothing there."""
    if not manifest.chunks:
        return _without_chunks(event, manifest)
    return _plan(event, manifest, unchanged=len(manifest.chunks))


def _without_chunks(event: DocumentUpserted, manifest: Manifest) -> DocumentSkipped:
    if manifest.refused:
        return _skipped(event, "refused", manifest.refused)
    return _skipped(event, "empty", "the document has no text to find")


def _plan(event: DocumentEvent, manifest: Manifest, **fields: Any) -> ChunksPlanned:
    origin = origin_of(event)
    return ChunksPlanned(
        event_id=derive_id("ChunksPlanned", origin.topic, origin.partition, origin.offset),
        tenant=event.tenant,
        at=event.at,
        doc_id=event.doc_id,
        revision=manifest.revision,
        origin=origin,
        **fields,
    )


def _skipped(
    event: DocumentEvent, reason: Literal["stale", "empty", "absent", "refused"], detail: str
) -> DocumentSkipped:
    origin = origin_of(event)
    return DocumentSkipped(
        event_id=derive_id("DocumentSkipped", origin.topic, origin.partition, origin.offset),
        tenant=event.tenant,
        at=event.at,
        doc_id=event.doc_id,
        reason=reason,
        detail=detail,
        origin=origin,
    )


def _version(before: Manifest, event: DocumentEvent) -> int | None:
    return before.source_version if event.source_version is None else event.source_version
