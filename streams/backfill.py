"""An index in, the index of another embedder filled from it out, while both are written to.

Read from the index and not from the log of documents: where a chunk begins depends on the revisions that a document
had, what it may say on the policies of that time, and both are in the stored chunk.

A copy may be overtaken by a change of its original. The index role writes the main index first and the other one after
it, so a chunk that is still as it was read, once its copy is written, is right: whatever changes it later, changes a
copy that is there. What did change meanwhile is copied again, or goes. The rest are rounds that compare both until a
round finds nothing to do.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from agents.ports import Embedder, Vectors
from schemas.embedding_text import embedding_text
from schemas.failures import PermanentError
from schemas.passages import Original, StoredChunk

SLICE: Final = 64
"""Chunks that are read, embedded and stored at once."""
MOST_ROUNDS: Final = 10
"""After which documents come too fast to end with no difference."""

Place: TypeAlias = tuple[str, str]
"""Tenant and chunk id."""
Version: TypeAlias = tuple[str, int, int, int, int]
"""Document, revision, ordinal, and where the chunk begins and ends."""
Tell: TypeAlias = Callable[[str], None]


class CopiedIndex(Protocol):
    """The part of an index that copying needs."""

    def scan(self) -> AsyncIterator[tuple[str, StoredChunk]]: ...

    async def originals(self, tenant: str, chunk_ids: Sequence[str]) -> Sequence[Original]: ...

    async def copy(self, tenant: str, originals: Sequence[Original], vectors: Vectors, embedder_id: str) -> None: ...

    async def delete(self, tenant: str, chunk_ids: Sequence[str]) -> None: ...


@dataclass
class Backfilled:
    """What was done."""

    chunks: int = 0
    """In the main index, at the last look."""
    copied: int = 0
    """Copies written; more than chunks where some changed meanwhile."""
    deleted: int = 0
    """Chunks that the main index does not have."""
    rounds: int = 0
    different: int = 0
    """Chunks that still differed at the last look: documents came faster than they were copied."""
    refused: dict[Place, str] = field(default_factory=dict)
    """Chunks that this embedder or its index does not take, and why."""

    @property
    def complete(self) -> bool:
        return not self.different and not self.refused


@dataclass(frozen=True)
class _Differences:
    wanting: dict[str, list[str]]
    extra: dict[str, list[str]]
    chunks: int

    @property
    def count(self) -> int:
        return sum(len(ids) for each in (self.wanting, self.extra) for ids in each.values())


async def backfill(main: CopiedIndex, other: CopiedIndex, embedder: Embedder, tell: Tell) -> Backfilled:
    """Copy what `other` lacks, or has otherwise, until both hold the same. May be interrupted and run again.

    Raises `TransientError` when an index is unwell.
    """
    done = Backfilled()
    copier = _Copier(main, other, embedder, done)
    tell("Comparing the two indexes")
    while True:
        found = await _differences(main, other, done.refused)
        done.chunks, done.different = found.chunks, found.count
        if not found.count or done.rounds == MOST_ROUNDS:
            return done
        done.rounds += 1
        left = sum(map(len, found.wanting.values()))
        for tenant, ids in found.wanting.items():
            for part in _sliced(ids):
                tell(f"Round {done.rounds}: embedding and copying chunks, {left:,} to go")
                await copier.copy(tenant, part)
                left -= len(part)
        for tenant, ids in found.extra.items():
            await other.delete(tenant, ids)
            done.deleted += len(ids)


async def differing(main: CopiedIndex, other: CopiedIndex) -> int:
    """Chunks that `other` lacks, has of another revision or at another place, or has and the main index has not.

    Reads both whole. Raises `TransientError` when an index is unwell.
    """
    return (await _differences(main, other, {})).count


@dataclass(frozen=True)
class _Copier:
    main: CopiedIndex
    other: CopiedIndex
    embedder: Embedder
    done: Backfilled

    async def copy(self, tenant: str, chunk_ids: Sequence[str]) -> None:
        """Until each is, after its copy was written, as it was when it was read."""
        before = await self._read(tenant, chunk_ids)
        while before:
            await self._write(tenant, list(before.values()))
            after = await self._read(tenant, list(before))
            gone = [each for each in before if each not in after]
            await self.other.delete(tenant, gone)
            self.done.deleted += len(gone)
            before = {each: original for each, original in after.items() if original != before[each]}

    async def _read(self, tenant: str, chunk_ids: Sequence[str]) -> dict[str, Original]:
        return {each.chunk_id: each for each in await self.main.originals(tenant, chunk_ids)}

    async def _write(self, tenant: str, originals: Sequence[Original]) -> None:
        """One chunk that is refused does not keep the others of its slice out."""
        try:
            vectors = await self.embedder.embed_passages([_text(each) for each in originals])
            await self.other.copy(tenant, originals, vectors, self.embedder.embedder_id)
        except PermanentError as error:
            if len(originals) == 1:
                self.done.refused[tenant, originals[0].chunk_id] = str(error)
                await self.other.delete(tenant, [originals[0].chunk_id])  # an older version has other readers
                return
            for each in originals:
                await self._write(tenant, [each])
        else:
            self.done.copied += len(originals)


async def _differences(main: CopiedIndex, other: CopiedIndex, refused: dict[Place, str]) -> _Differences:
    """The other index is read first: what it has and the main one no longer has then is gone for good.

    What was refused is told apart.
    """
    has = {(tenant, chunk.chunk_id): _version(chunk) async for tenant, chunk in other.scan()}
    wanting: dict[str, list[str]] = {}
    chunks = 0
    async for tenant, chunk in main.scan():
        chunks += 1
        place = tenant, chunk.chunk_id
        if has.pop(place, None) != _version(chunk) and place not in refused:
            wanting.setdefault(tenant, []).append(chunk.chunk_id)
    extra: dict[str, list[str]] = {}
    for tenant, chunk_id in has:
        extra.setdefault(tenant, []).append(chunk_id)
    return _Differences(wanting, extra, chunks)


def _version(chunk: StoredChunk) -> Version:
    return chunk.doc_id, chunk.revision, chunk.ordinal, chunk.span.start, chunk.span.end


def _text(original: Original) -> str:
    return embedding_text(original.title, original.heading, original.text)


def _sliced(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]
