import asyncio

from agents.indexing.operations import folded
from agents.indexing.writing import carry_out
from agents.ports import EmbeddingSpace
from tests.agents.indexing.playbook import FakeEmbedder, FakeIndex, a_chunk, a_move, a_plan, at_once, second_first


async def test_new_chunks_are_written_first_and_what_could_not_be_moved_is_told():
    calls = []
    space = EmbeddingSpace(FakeEmbedder(calls), FakeIndex(calls))
    plan = a_plan(2, upserts=[a_chunk("new")], moves=[a_move("gone", 1)], deletes=[a_chunk("old").chunk_id])
    missing = await carry_out(folded([plan], "fake@1"), space, at_once, second_first)
    assert [name for name, _ in calls] == ["embed", "upsert", "move", "delete"]
    assert missing == {a_chunk("gone").chunk_id}


async def test_nothing_is_written_before_the_turn_comes():
    calls, gate = [], asyncio.Event()
    space = EmbeddingSpace(FakeEmbedder(calls), FakeIndex(calls))

    async def turn():
        await gate.wait()

    working = asyncio.ensure_future(carry_out(folded([a_plan(deletes=["old"])], "fake@1"), space, turn, second_first))
    for _ in range(5):
        await asyncio.sleep(0)
    assert calls == []
    gate.set()
    assert await working == frozenset()
    assert calls == [("delete", ("acme", ("old",)))]
