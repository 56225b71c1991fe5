from agents.indexing.operations import folded
from tests.agents.indexing.playbook import a_chunk, a_move, a_plan


def test_a_key_is_in_at_most_one_of_the_operations_and_the_last_one_counts():
    a, b, c = (a_chunk(text) for text in "abc")
    done = folded(
        [
            a_plan(1, upserts=[a], moves=[a_move("b", 3)], deletes=[c.chunk_id]),
            a_plan(2, upserts=[c], deletes=[a.chunk_id, b.chunk_id]),
        ],
        "fake@1",
    )
    assert set(done.upserts) == {("acme", c.chunk_id)}
    assert set(done.deletes) == {("acme", a.chunk_id), ("acme", b.chunk_id)}
    assert done.moves == {}


def test_what_is_stored_carries_the_embedder_of_the_collection_and_the_place_it_was_moved_to():
    a = a_chunk("a")
    (item,) = folded([a_plan(1, upserts=[a]), a_plan(2, moves=[a_move("a", 9)])], "other@2").upserts.values()
    assert (item.embedder_id, item.revision, item.chunk.ordinal, item.chunk.text) == ("other@2", 2, 9, "a")


def test_a_chunk_that_is_deleted_has_no_place_any_more():
    done = folded([a_plan(1, deletes=[a_chunk("a").chunk_id]), a_plan(2, moves=[a_move("a", 1)])], "fake@1")
    assert done.moves == {}
