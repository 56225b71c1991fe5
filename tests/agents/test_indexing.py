from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.indexing import SLICE, make_indexing_batch
from agents.ports import Vectors
from schemas.chunks import Chunk, ChunksPlanned, DocumentAttributes, Move, Span
from schemas.event import Origin, derive_id
from schemas.failures import PermanentError, TransientError
from schemas.index_failures import MissingChunksError
from schemas.index_log import DocumentIndexed, IndexCounts
from schemas.passages import IndexedChunk, MovedChunk

WRITTEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOW = WRITTEN + timedelta(seconds=1.5)


class FakeEmbedder:
    embedder_id = "fake@1"
    dimension = 2
    refuses = ""

    def __init__(self, calls: list[tuple[str, object]]) -> None:
        self.calls = calls

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(("embed", tuple(texts)))
        if self.refuses and any(self.refuses in text for text in texts):
            raise PermanentError("too long")
        return np.tile(np.array([[1.0, 0.0]], np.float32), (len(texts), 1))


class FakeIndex:
    """Ordinals by tenant and chunk id; dies before the write that is `writes_left` writes away."""

    def __init__(self, calls: list[tuple[str, object]]) -> None:
        self.calls = calls
        self.ordinals: dict[tuple[str, str], int] = {}
        self.writes_left: int | None = None

    def _write(self, name: str, what: object) -> None:
        if self.writes_left is not None:
            if self.writes_left == 0:
                raise TransientError("the process was killed here")
            self.writes_left -= 1
        self.calls.append((name, what))

    async def upsert(self, chunks: Sequence[IndexedChunk], vectors: Vectors) -> None:
        assert len(chunks) == len(vectors)
        self._write("upsert", tuple(item.chunk.text for item in chunks))
        for item in chunks:
            self.ordinals[item.tenant, item.chunk.chunk_id] = item.chunk.ordinal

    async def move(self, moves: Sequence[MovedChunk]) -> None:
        self._write("move", tuple(item.move.chunk_id for item in moves))
        missing = [one.move.chunk_id for one in moves if (one.tenant, one.move.chunk_id) not in self.ordinals]
        for one in moves:
            if one.move.chunk_id not in missing:
                self.ordinals[one.tenant, one.move.chunk_id] = one.move.ordinal
        if missing:
            raise MissingChunksError(missing)

    async def delete(self, tenant: str, chunk_ids: Sequence[str]) -> None:
        self._write("delete", (tenant, tuple(chunk_ids)))
        for chunk_id in chunk_ids:
            self.ordinals.pop((tenant, chunk_id), None)


class Playbook:
    """The batch with its fakes: give it plans, look at the calls, the index and the events."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, object]] = []
        self.embedder = FakeEmbedder(self.calls)
        self.index = FakeIndex(self.calls)
        self.batch = make_indexing_batch(self.embedder, self.index, lambda: NOW)

    async def plays(self, *plans: ChunksPlanned) -> list[DocumentIndexed]:
        events = [event for (event,) in await self.batch(plans)]
        assert all(isinstance(event, DocumentIndexed) for event in events)
        return events

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


def a_chunk(text: str, ordinal: int = 0, *, doc_id: str = "d", tenant: str = "acme") -> Chunk:
    return Chunk(
        chunk_id=derive_id(tenant, doc_id, text), text=text, ordinal=ordinal, span=Span(start=0, end=len(text))
    )


def a_move(text: str, ordinal: int, *, doc_id: str = "d", tenant: str = "acme") -> Move:
    return Move(chunk_id=derive_id(tenant, doc_id, text), ordinal=ordinal, span=Span(start=5, end=9))


def a_plan(revision: int = 1, *, doc_id: str = "d", tenant: str = "acme", **operations: object) -> ChunksPlanned:
    return ChunksPlanned.model_validate(
        {
            "event_id": f"{tenant}-{doc_id}-{revision}",
            "tenant": tenant,
            "doc_id": doc_id,
            "revision": revision,
            "origin": Origin(topic="documents", partition=0, offset=revision, at=WRITTEN),
            **operations,
        }
    )


async def test_a_plan_becomes_one_document_indexed() -> None:
    story = Playbook()
    await story.plays(a_plan(upserts=[a_chunk("a"), a_chunk("b"), a_chunk("c")]))
    (event,) = await story.plays(
        a_plan(
            2,
            upserts=[a_chunk("new")],
            moves=[a_move("a", 1), a_move("b", 2)],
            deletes=[a_chunk("c").chunk_id],
            unchanged=4,
            warnings=["a table had no header"],
        )
    )
    assert event == DocumentIndexed(
        event_id=event.event_id,
        tenant="acme",
        at=NOW,
        doc_id="d",
        revision=2,
        counts=IndexCounts(embedded=1, moved=2, deleted=1, unchanged=4),
        freshness_ms=1_500.0,
        embedder_id="fake@1",
        warnings=("a table had no header",),
        origin=Origin(topic="documents", partition=0, offset=2, at=WRITTEN),
    )


async def test_new_chunks_are_in_before_old_ones_go() -> None:
    """FAILURES 29."""
    story = Playbook()
    await story.plays(a_plan(upserts=[a_chunk("old"), a_chunk("kept")]))
    story.calls.clear()
    await story.plays(
        a_plan(2, upserts=[a_chunk("new")], moves=[a_move("kept", 5)], deletes=[a_chunk("old").chunk_id]),
        a_plan(1, doc_id="e", upserts=[a_chunk("other", doc_id="e")]),
    )
    assert story.names() == ["embed", "upsert", "move", "delete"]


async def test_a_plan_without_operations_touches_nothing() -> None:
    story = Playbook()
    (event,) = await story.plays(a_plan(unchanged=12))
    assert story.calls == []
    assert event.counts == IndexCounts(unchanged=12)


async def test_an_empty_batch_gives_nothing() -> None:
    assert await Playbook().plays() == []


async def test_the_chunks_of_all_plans_are_embedded_together() -> None:
    story = Playbook()
    await story.plays(
        a_plan(upserts=[a_chunk("one")]), a_plan(doc_id="e", tenant="bolt", upserts=[a_chunk("two", tenant="bolt")])
    )
    assert story.calls[0] == ("embed", ("one", "two"))


async def test_what_is_embedded_carries_title_and_sections() -> None:
    story = Playbook()
    one = a_chunk("Turn the key.").model_copy(update={"heading": ("Guide", "Starting")})
    await story.plays(a_plan(upserts=[one], attributes=DocumentAttributes(title="Car")))
    assert story.calls[0] == ("embed", ("Car > Guide > Starting\nTurn the key.",))


async def test_a_text_changed_and_changed_back_in_one_batch_is_there() -> None:
    """FAILURES 29: A, B, A: the last operation on each chunk counts."""
    story = Playbook()
    a, b = a_chunk("A"), a_chunk("B")
    events = await story.plays(
        a_plan(1, upserts=[a]),
        a_plan(2, upserts=[b], deletes=[a.chunk_id]),
        a_plan(3, upserts=[a], deletes=[b.chunk_id]),
    )
    assert set(story.index.ordinals) == {("acme", a.chunk_id)}
    assert [event.counts.embedded for event in events] == [1, 1, 1]
    assert story.calls[0] == ("embed", ("A",))


async def test_a_chunk_stored_and_moved_in_one_batch_is_stored_at_its_new_place() -> None:
    story = Playbook()
    await story.plays(a_plan(1, upserts=[a_chunk("A", 1)]), a_plan(2, moves=[a_move("A", 7)]))
    assert story.names() == ["embed", "upsert"]
    assert list(story.index.ordinals.values()) == [7]


async def test_equal_documents_of_two_tenants_stay_apart() -> None:
    """FAILURES 28."""
    story = Playbook()
    await story.plays(
        a_plan(1, upserts=[a_chunk("A")]),
        a_plan(1, tenant="bolt", upserts=[a_chunk("A", tenant="bolt")]),
        a_plan(2, tenant="bolt", deletes=[a_chunk("A", tenant="bolt").chunk_id], deleted=True),
    )
    assert set(story.index.ordinals) == {("acme", a_chunk("A").chunk_id)}


async def test_a_withdrawn_document_says_so() -> None:
    story = Playbook()
    (event,) = await story.plays(a_plan(2, deletes=["x", "y"], deleted=True))
    assert (event.deleted, event.counts.deleted) == (True, 2)
    assert story.calls == [("delete", ("acme", ("x", "y")))]


async def test_a_redelivered_plan_gives_the_same_event_id() -> None:
    story = Playbook()
    plan = a_plan(upserts=[a_chunk("A")])
    first, again = await story.plays(plan), await story.plays(plan)
    assert first == again
    assert first[0].event_id != (await story.plays(a_plan(2)))[0].event_id


async def test_a_clock_that_lags_never_makes_freshness_negative() -> None:
    story = Playbook()
    origin = Origin(topic="documents", partition=0, offset=0, at=NOW + timedelta(hours=1))
    (event,) = await story.plays(a_plan(origin=origin))
    assert event.freshness_ms == 0.0


async def test_a_move_of_something_that_is_gone_is_a_warning_on_its_event_only() -> None:
    """A crash after a later plan deleted the chunk: the move comes again, alone, and must not be dead-lettered."""
    story = Playbook()
    await story.plays(a_plan(1, upserts=[a_chunk("A"), a_chunk("B")]))
    moving, other = a_plan(2, moves=[a_move("A", 3), a_move("B", 4)]), a_plan(1, doc_id="e", moves=[])
    await story.plays(a_plan(3, deletes=[a_chunk("A").chunk_id]))
    again, unconcerned = await story.plays(moving, other)
    assert a_chunk("A").chunk_id in again.warnings[0]
    assert a_chunk("B").chunk_id not in again.warnings[0]
    assert again.counts.moved == 1
    assert unconcerned.warnings == ()


async def test_a_chunk_that_cannot_be_embedded_deletes_nothing() -> None:
    story = Playbook()
    await story.plays(a_plan(upserts=[a_chunk("old")]))
    story.embedder.refuses = "huge"
    with pytest.raises(PermanentError):
        await story.plays(a_plan(2, upserts=[a_chunk("huge")], deletes=[a_chunk("old").chunk_id]))
    assert set(story.index.ordinals) == {("acme", a_chunk("old").chunk_id)}


async def test_a_large_batch_is_stored_in_slices_and_deletes_come_after_the_last() -> None:
    story = Playbook()
    many = [a_chunk(f"text {n}") for n in range(2 * SLICE + 10)]
    await story.plays(a_plan(upserts=many, deletes=["old"]))
    assert story.names() == ["embed", "upsert"] * 3 + ["delete"]
    assert max(len(texts) for name, texts in story.calls if name == "embed") == SLICE


async def test_a_crash_between_two_writes_is_repaired_by_redelivery() -> None:
    """FAILURES 29: crash between write and clean-up."""
    plan = a_plan(2, upserts=[a_chunk("new")], moves=[a_move("kept", 1)], deletes=[a_chunk("old").chunk_id])
    for writes in range(3):
        story = Playbook()
        await story.plays(a_plan(upserts=[a_chunk("old", 0), a_chunk("kept", 0)]))
        story.index.writes_left = writes
        with pytest.raises(TransientError):
            await story.plays(plan)
        story.index.writes_left = None
        await story.plays(plan)
        assert story.index.ordinals == {("acme", a_chunk("new").chunk_id): 0, ("acme", a_chunk("kept").chunk_id): 1}


def plans_of(revisions: Sequence[tuple[str, str, Sequence[str]]]) -> tuple[list[ChunksPlanned], dict]:
    """A planner in small: each revision replaces a document's texts; and what the index must hold in the end."""
    manifests: dict[tuple[str, str], dict[str, int]] = {}
    counts: dict[tuple[str, str], int] = {}
    plans = []
    for tenant, doc_id, texts in revisions:
        key = (tenant, doc_id)
        old, new = manifests.get(key, {}), {text: place for place, text in enumerate(texts)}
        counts[key] = counts.get(key, 0) + 1
        named = {"doc_id": doc_id, "tenant": tenant}
        plans.append(
            a_plan(
                counts[key],
                **named,
                upserts=[a_chunk(text, place, **named) for text, place in new.items() if text not in old],
                moves=[a_move(t, place, **named) for t, place in new.items() if t in old and old[t] != place],
                deletes=[a_chunk(text, **named).chunk_id for text in old if text not in new],
            )
        )
        manifests[key] = new
    expected = {
        (tenant, derive_id(tenant, doc_id, text)): place
        for (tenant, doc_id), manifest in manifests.items()
        for text, place in manifest.items()
    }
    return plans, expected


revisions = st.tuples(
    st.sampled_from(["acme", "bolt"]), st.sampled_from(["d", "e"]), st.lists(st.sampled_from("ABCDE"), unique=True)
)


@given(st.lists(revisions, max_size=20), st.data())
async def test_however_plans_are_cut_and_redelivered_the_last_of_each_document_stands(given, data) -> None:
    """FAILURES 29: any micro-batches, any crashes between writes, any suffix delivered again."""
    plans, expected = plans_of(given)
    story = Playbook()
    at, crashes_left = 0, 5
    while at < len(plans):
        size = data.draw(st.integers(1, 6))
        crashing = crashes_left > 0 and data.draw(st.booleans())
        story.index.writes_left = data.draw(st.integers(0, 3)) if crashing else None
        try:
            await story.plays(*plans[at : at + size])
        except TransientError:
            pass
        else:
            at += size
        if crashing:
            crashes_left -= 1
            at = data.draw(st.integers(0, min(at, len(plans))))
    assert story.index.ordinals == expected
