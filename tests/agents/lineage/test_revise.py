from agents.lineage.revise import revise
from schemas.chunks import Chunk, ChunksPlanned, DocumentAttributes, Span
from schemas.event import EPOCH, Origin

ORIGIN = Origin(topic="documents", partition=0, offset=1, at=EPOCH)


def planned(**fields):
    return ChunksPlanned(event_id="p", tenant="acme", doc_id="rain", revision=2, origin=ORIGIN, **fields)


async def test_a_plan_that_takes_chunks_away_says_which_and_what_came_instead():
    new = Chunk(chunk_id="c2", text="Snow", ordinal=0, span=Span(start=0, end=4))
    whose = DocumentAttributes(readers=("staff",))
    [revised] = await revise(planned(deletes=("c1",), upserts=(new,), attributes=whose))
    assert (revised.slot, revised.removed, revised.readers) == ("acme/rain", ("c1",), ("staff",))
    assert [(each.chunk_id, each.text) for each in revised.added] == [("c2", "Snow")]


async def test_a_plan_that_takes_nothing_away_says_nothing():
    assert await revise(planned(unchanged=4)) == ()


async def test_a_withdrawn_document_is_said_to_be():
    [revised] = await revise(planned(deleted=True))
    assert revised.deleted
