from agents.planning import Manifest, PlannedChunk
from schemas.chunks import Span
from streams.planned_chunks import in_force
from streams.state import after
from streams.verify import Planned
from tests.streams.samples import record


def stored(*chunk_ids, revision=2):
    chunks = tuple(
        PlannedChunk(chunk_id=each, ordinal=number, span=Span(start=number, end=number + 1), heading="")
        for number, each in enumerate(chunk_ids)
    )
    state = after(None, record("{}"), Manifest(revision=revision, chunks=chunks))
    return state.model_dump_json().encode()


def test_every_chunk_of_every_manifest_is_in_force():
    found = in_force({b"acme/a": stored("1", "2"), b"other/a": stored("1", revision=5)})
    assert found == {
        ("acme", "1"): Planned("a", 2, 0, Span(start=0, end=1)),
        ("acme", "2"): Planned("a", 2, 1, Span(start=1, end=2)),
        ("other", "1"): Planned("a", 5, 0, Span(start=0, end=1)),
    }


def test_a_documents_id_may_hold_slashes_and_any_letters():
    assert set(in_force({"acme/docs/Grüße.md".encode(): stored("1")}).values()) == {
        Planned("docs/Grüße.md", 2, 0, Span(start=0, end=1))
    }


def test_a_deleted_document_has_no_chunks_in_force():
    assert in_force({b"acme/a": stored()}) == {}
