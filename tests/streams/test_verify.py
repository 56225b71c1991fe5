from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from schemas.chunks import Span
from schemas.passages import StoredChunk
from streams.verify import Planned, compare

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def stored(chunk_id, doc_id="doc", *, revision=1, ordinal=0, span=(0, 9), tenant="default"):
    chunk = StoredChunk(
        chunk_id=chunk_id,
        doc_id=doc_id,
        revision=revision,
        ordinal=ordinal,
        span=Span(start=span[0], end=span[1]),
        embedder_id="e",
        indexed_at=NOON,
    )
    return tenant, chunk


def planned(doc_id="doc", *, revision=1, ordinal=0, span=(0, 9)):
    return Planned(doc_id, revision, ordinal, Span(start=span[0], end=span[1]))


def test_an_index_that_holds_the_plan_is_clean():
    report = compare({("default", "a"): planned()}, [stored("a")])
    assert report.clean
    assert (report.planned, report.stored) == (1, 1)


def test_a_candidate_is_stale_where_it_holds_another_revision_than_the_main_index():
    """A change of readers leaves a chunk where it is."""
    plan = {("default", "a"): planned(revision=3), ("default", "b"): planned(revision=3, ordinal=1)}
    held = [stored("a", revision=2), stored("b", revision=2, ordinal=1)]
    assert compare(plan, held).clean
    revisions = {("default", "a"): 2, ("default", "b"): 3}
    assert compare(plan, held, revisions).stale == [("default", "doc", "b")]


def test_what_is_planned_and_not_there_is_missing():
    report = compare({("default", "a"): planned()}, [])
    assert report.missing == [("default", "doc", "a")]
    assert not report.clean


def test_what_is_there_and_not_planned_is_extra():
    assert compare({}, [stored("a")]).extra == [("default", "doc", "a")]


def test_a_chunk_of_another_tenant_is_no_substitute():
    report = compare({("one", "a"): planned()}, [stored("a", tenant="two")])
    assert report.missing == [("one", "doc", "a")]
    assert report.extra == [("two", "doc", "a")]


def test_a_chunk_that_is_there_twice_is_a_duplicate():
    report = compare({("default", "a"): planned()}, [stored("a"), stored("a")])
    assert report.duplicates == [("default", "doc", "a")]
    assert not report.missing


def test_the_same_piece_of_a_document_under_two_ids_is_a_duplicate():
    plan = {("default", "a"): planned(), ("default", "b"): planned()}
    assert compare(plan, [stored("a"), stored("b")]).duplicates == [("default", "doc", "b")]
    assert compare(plan, [stored("a"), stored("b", doc_id="other")]).duplicates == []


def test_a_chunk_at_another_place_than_planned_is_stale():
    plan = {("default", "a"): planned(ordinal=1, span=(10, 19))}
    assert compare(plan, [stored("a", ordinal=0, span=(10, 19))]).stale
    assert compare(plan, [stored("a", ordinal=1, span=(0, 9))]).stale
    assert compare(plan, [stored("a", ordinal=1, span=(10, 19))]).clean


def test_a_chunk_that_an_edit_left_alone_keeps_its_old_revision_and_is_not_stale():
    assert compare({("default", "a"): planned(revision=7)}, [stored("a", revision=2)]).clean


def test_a_chunk_of_a_revision_that_was_never_planned_is_stale():
    assert compare({("default", "a"): planned(revision=2)}, [stored("a", revision=3)]).stale


names = st.sets(st.sampled_from("abcdefgh"))


@given(names, names)
def test_every_chunk_is_accounted_for_once(plan, index):
    plans = {("default", each): planned(ordinal=ord(each)) for each in plan}
    report = compare(plans, [stored(each, ordinal=ord(each)) for each in index])
    assert {each[2] for each in report.missing} == plan - index
    assert {each[2] for each in report.extra} == index - plan
    assert report.clean == (plan == index)
