import asyncio
from base64 import b64encode
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.indexing.writing import SLICE
from schemas.chunks import DocumentAttributes
from schemas.event import Origin
from schemas.failures import PermanentError, TransientError
from schemas.index_log import DocumentIndexed, IndexCounts
from tests.agents.indexing.histories import plans_of, played_with_crashes, revisions
from tests.agents.indexing.playbook import NOW, WRITTEN, Playbook, a_chunk, a_move, a_plan


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
        sketch=b64encode(bytes([127, 0])),
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
    assert event.sketch is None


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


async def test_before_its_turn_a_batch_embeds_two_slices_and_changes_nothing() -> None:
    """The embedder has work while the batch before is stored, and that one's chunks come first."""
    story, gate = Playbook(), asyncio.Event()

    async def turn() -> None:
        await gate.wait()

    story.turn = turn
    chunks = [a_chunk(f"{number:03}", number) for number in range(3 * SLICE)]
    playing = asyncio.ensure_future(story.plays(a_plan(upserts=chunks, deletes=["gone"])))
    for _ in range(10):
        await asyncio.sleep(0)
    assert story.names() == ["embed", "embed"]
    gate.set()
    await playing
    assert story.names() == ["embed", "embed", "upsert", "embed", "upsert", "upsert", "delete"]


async def test_a_slice_is_stored_while_the_next_is_embedded_and_deletes_come_after_the_last() -> None:
    story = Playbook()
    many = [a_chunk(f"text {n}") for n in range(2 * SLICE + 10)]
    await story.plays(a_plan(upserts=many, deletes=["old"]))
    assert story.names() == ["embed", "embed", "upsert", "embed", "upsert", "upsert", "delete"]
    assert [len(texts) for name, texts in story.calls if name == "upsert"] == [SLICE, SLICE, 10]
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


@given(st.lists(revisions, max_size=20), st.data())
async def test_however_plans_are_cut_and_redelivered_the_last_of_each_document_stands(given, data) -> None:
    """FAILURES 29: any micro-batches, any crashes between writes, any suffix delivered again."""
    plans, expected = plans_of(given)
    story = Playbook()
    await played_with_crashes(story, plans, data)
    assert story.index.ordinals == expected


async def test_a_plan_for_another_embedder_waits_and_touches_nothing() -> None:
    """FAILURES 40: to another embedder's collection it is the wrong difference."""
    story = Playbook()
    with pytest.raises(TransientError, match="made for embedder other@2 and this worker has fake@1"):
        await story.plays(a_plan(upserts=[a_chunk("a")], embedder_id="other@2"))
    assert story.calls == []
    await story.plays(a_plan(upserts=[a_chunk("a")], embedder_id="fake@1"))
