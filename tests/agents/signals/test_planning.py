from agents.signals import observe_plan
from schemas.chunks import Chunk, ChunksPlanned, DocumentAttributes, Move, Span
from schemas.event import Origin
from tests.agents.signals.samples import ABOUT, NOON

ORIGIN = Origin(topic="documents", partition=0, offset=1, at=NOON)
CHUNK = Chunk(chunk_id="c1", text="Rain falls", ordinal=0, span=Span(start=0, end=10))
MOVED = Move(chunk_id="c2", ordinal=1, span=Span(start=11, end=30))


def plan(**fields):
    about = {"doc_id": "rain", "revision": 1, "embedder_id": "mini-1", "origin": ORIGIN}
    return ChunksPlanned(**{**ABOUT, **about, "attributes": DocumentAttributes(language="en"), **fields})


async def test_a_plan_shows_how_long_a_document_is_and_in_which_language():
    [found] = await observe_plan(plan(upserts=(CHUNK,), moves=(MOVED,), warnings=("odd",)))
    assert found.slot == "acme/documents"
    assert found.values == {"characters": 30, "chunks": 2, "warnings": 1}
    assert (found.labels, found.evidence.doc_id) == ({"language": "en", "embedder": "mini-1"}, "rain")


async def test_where_not_every_chunk_is_named_nothing_is_said_of_the_length():
    [found] = await observe_plan(plan(upserts=(CHUNK,), unchanged=5))
    assert found.values == {"chunks": 6, "warnings": 0}


async def test_a_document_that_was_withdrawn_shows_nothing():
    assert await observe_plan(plan(deleted=True)) == ()
