"""A candidate's index follows the main one, and whatever happens to it, the documents are in the main one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ports import EmbeddingSpace, Vectors
from schemas.failures import PermanentError, TransientError
from tests.agents.indexing.histories import plans_of, played_with_crashes, revisions
from tests.agents.indexing.playbook import FakeEmbedder, FakeIndex, Playbook, a_chunk, a_move, a_plan


class OtherEmbedder(FakeEmbedder):
    embedder_id = "other@2"
    breaks: Exception | None = None

    async def embed_passages(self, texts: Any) -> Vectors:
        if self.breaks is not None:
            raise self.breaks
        return await super().embed_passages(texts)


class Story(Playbook):
    """With one candidate, which has calls of its own."""

    def __init__(self) -> None:
        self.followed: list[tuple[str, object]] = []
        self.candidate = OtherEmbedder(self.followed)
        self.copy = FakeIndex(self.followed)
        super().__init__({"other": EmbeddingSpace(self.candidate, self.copy)})


async def test_a_candidate_has_the_same_chunks_by_its_own_embedder_and_the_event_is_the_main_ones() -> None:
    story = Story()
    await story.plays(a_plan(upserts=[a_chunk("a"), a_chunk("b", 1)]))
    (event,) = await story.plays(a_plan(2, moves=[a_move("b", 0)], deletes=[a_chunk("a").chunk_id]))
    assert story.followed == story.calls
    assert story.copy.ordinals == story.index.ordinals == {("acme", a_chunk("b").chunk_id): 0}
    assert (event.embedder_id, event.warnings) == ("fake@1", ())


async def test_a_document_that_a_candidate_cannot_take_is_a_warning_on_its_event_alone() -> None:
    story = Story()
    story.candidate.refuses = "long"
    bad, good = await story.plays(
        a_plan(upserts=[a_chunk("too long for it")]), a_plan(doc_id="e", upserts=[a_chunk("fits", doc_id="e")])
    )
    assert set(story.index.ordinals) == {
        ("acme", a_chunk("too long for it").chunk_id),
        ("acme", a_chunk("fits", doc_id="e").chunk_id),
    }
    assert set(story.copy.ordinals) == {("acme", a_chunk("fits", doc_id="e").chunk_id)}
    assert bad.warnings == (
        "the index of other lacks this revision (too long): run `ragstream embedders backfill other`",
    )
    assert good.warnings == ()


async def test_documents_beside_one_that_a_candidate_refuses_are_stored_whole() -> None:
    """Chunk by chunk would take long, and other documents wait."""
    story = Story()
    story.candidate.refuses = "long"
    many = [a_chunk(f"part {number}", number, doc_id="e") for number in range(9)]
    await story.plays(a_plan(upserts=[a_chunk("too long for it")]), a_plan(doc_id="e", upserts=many))
    stored = [len(texts) for name, texts in story.followed if name == "upsert" and isinstance(texts, tuple)]
    assert stored == [9]


async def test_of_a_document_with_a_chunk_that_a_candidate_refuses_all_else_is_done() -> None:
    """What was withdrawn must not be found by those who are answered from this index; it is in no other."""
    story = Story()
    await story.plays(a_plan(upserts=[a_chunk("withdrawn"), a_chunk("stays", 1)]))
    story.candidate.refuses = "long"
    plan = a_plan(
        2,
        upserts=[a_chunk("too long for it"), a_chunk("fits", 2)],
        moves=[a_move("stays", 1)],
        deletes=[a_chunk("withdrawn").chunk_id],
    )
    (event,) = await story.plays(plan)
    assert story.copy.ordinals == {("acme", a_chunk("stays").chunk_id): 1, ("acme", a_chunk("fits").chunk_id): 2}
    assert "too long" in event.warnings[0]


async def test_a_candidate_that_is_unwell_holds_nobody_up() -> None:
    story = Story()
    story.copy.writes_left = 0
    events = await story.plays(a_plan(upserts=[a_chunk("a")]), a_plan(doc_id="e", upserts=[a_chunk("b", doc_id="e")]))
    assert len(story.index.ordinals) == 2
    assert ["killed here" in event.warnings[0] for event in events] == [True, True]
    assert [name for name, _ in story.followed] == ["embed"]


async def test_what_is_withdrawn_leaves_a_candidate_that_takes_nothing_new() -> None:
    story = Story()
    await story.plays(a_plan(upserts=[a_chunk("withdrawn")]))
    story.candidate.breaks = TransientError("no memory")
    (event,) = await story.plays(a_plan(2, upserts=[a_chunk("new")], deletes=[a_chunk("withdrawn").chunk_id]))
    assert story.copy.ordinals == {}
    assert "no memory" in event.warnings[0]


async def test_what_is_withdrawn_and_comes_back_in_one_batch_is_not_left_at_its_old_place() -> None:
    story = Story()
    await story.plays(a_plan(upserts=[a_chunk("a")]))
    story.candidate.breaks = TransientError("no memory")
    back = a_plan(3, upserts=[a_chunk("b"), a_chunk("a", 1)])
    events = await story.plays(a_plan(2, deletes=[a_chunk("a").chunk_id]), back)
    assert story.copy.ordinals == {}
    assert story.index.ordinals == {("acme", a_chunk("b").chunk_id): 0, ("acme", a_chunk("a").chunk_id): 1}
    assert ["no memory" in event.warnings[0] for event in events] == [True, True]


async def test_while_a_candidate_cannot_even_withdraw_the_batch_is_repeated() -> None:
    """Nobody would see a warning before somebody finds what was deleted."""
    story = Story()
    await story.plays(a_plan(upserts=[a_chunk("withdrawn")]))
    story.copy.writes_left = 0
    plan = a_plan(2, deletes=[a_chunk("withdrawn").chunk_id], deleted=True)
    with pytest.raises(TransientError):
        await story.plays(plan)
    story.copy.writes_left = None
    (event,) = await story.plays(plan)
    assert (story.copy.ordinals, story.index.ordinals, event.warnings) == ({}, {}, ())


async def test_no_document_fails_by_a_move_that_a_candidate_refuses() -> None:
    story = Story()
    await story.plays(a_plan(upserts=[a_chunk("a")]))

    async def refusing(*_: Any) -> None:
        raise PermanentError("too large")

    story.copy.move = refusing  # type: ignore[method-assign]
    for error in (None, TransientError("no memory")):
        story.candidate.breaks = error
        (event,) = await story.plays(a_plan(2, upserts=[a_chunk("b")], moves=[a_move("a", 5)]))
        assert len(event.warnings) == 1


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), ValueError()])
async def test_even_a_bug_of_a_candidate_is_only_a_warning(error: Exception) -> None:
    story = Story()
    story.candidate.breaks = error
    (event,) = await story.plays(a_plan(upserts=[a_chunk("a")]))
    assert len(story.index.ordinals) == 1
    assert (str(error) or "ValueError") in event.warnings[0]


async def test_what_a_candidate_lacks_when_it_is_to_be_moved_is_told() -> None:
    """An index that was not filled yet."""
    story = Story()
    await story.plays(a_plan(upserts=[a_chunk("a")]))
    story.copy.ordinals.clear()
    (event,) = await story.plays(a_plan(2, moves=[a_move("a", 5)]))
    assert event.counts.moved == 1
    assert a_chunk("a").chunk_id in event.warnings[0]


@given(st.lists(revisions, max_size=20), st.data())
async def test_however_batches_are_cut_and_crash_a_candidate_ends_with_what_the_main_index_has(given, data) -> None:
    """FAILURES 29, for both indexes."""
    plans, expected = plans_of(given)
    story = Story()
    await played_with_crashes(story, plans, data)
    assert story.index.ordinals == story.copy.ordinals == expected


@given(st.lists(revisions, max_size=20), st.data())
async def test_whatever_a_candidate_fails_at_it_has_nothing_that_was_withdrawn_and_nothing_at_an_old_place(
    given, data
) -> None:
    plans, expected = plans_of(given)
    story = Story()
    at, reached, failures_left = 0, 0, 5
    while at < len(plans):
        size = data.draw(st.integers(1, 6))
        reached = max(reached, at + size)  # by the main index, whatever becomes of the candidate's
        failing = failures_left > 0 and data.draw(st.booleans())
        failures_left -= failing
        story.copy.writes_left = data.draw(st.integers(0, 3)) if failing else None
        story.candidate.refuses = data.draw(st.sampled_from(["", "A", "B"])) if failing else ""
        try:
            await story.plays(*plans[at : at + size])
        except TransientError:
            continue
        at += size
        assert at < reached or story.copy.ordinals.items() <= story.index.ordinals.items()
    assert story.index.ordinals == expected
