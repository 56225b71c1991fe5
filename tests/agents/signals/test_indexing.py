import base64

from agents.signals import observe_indexing
from schemas.event import Origin
from schemas.index_log import DocumentIndexed, DocumentSkipped, IndexCounts
from tests.agents.signals.samples import ABOUT, NOON

ORIGIN = Origin(topic="documents", partition=0, offset=1, at=NOON)


async def test_an_indexed_document_shows_how_fresh_the_index_is_and_what_there_was_to_do():
    told = DocumentIndexed(
        **ABOUT,
        doc_id="rain",
        revision=2,
        counts=IndexCounts(embedded=1, moved=2, deleted=3, unchanged=4),
        freshness_ms=80.5,
        embedder_id="mini-1",
        warnings=("odd",),
        sketch=base64.b64encode(b"\x7f\x01"),
        origin=ORIGIN,
    )
    [found] = await observe_indexing(told)
    assert found.slot == "acme/index"
    assert found.values == {
        "freshness_ms": 80.5,
        "embedded": 1,
        "moved": 2,
        "deleted": 3,
        "unchanged": 4,
        "warnings": 1,
        "skipped": 0,
    }
    assert (found.labels, found.evidence.doc_id) == ({"embedder": "mini-1"}, "rain")
    assert found.vector == b"\x7f\x01"


async def test_a_skipped_document_shows_why():
    [found] = await observe_indexing(DocumentSkipped(**ABOUT, doc_id="rain", reason="stale", origin=ORIGIN))
    assert (found.values, found.labels, found.evidence.doc_id) == ({"skipped": 1.0}, {"reason": "stale"}, "rain")
