import pytest

from agents.planning import ChunkSizes, make_planning_step
from agents.planning.parse import UnsupportedContentTypeError
from schemas.chunks import ChunksPlanned
from schemas.documents import DocumentUpserted
from schemas.failures import ConfigurationError
from schemas.index_log import DocumentSkipped
from tests.agents.planning.counting import SIZES, WordCounter, essay
from tests.agents.planning.playbook import WRITTEN, Planning, apply, origin, upserted

TEXT = essay(12)


def ids(plan):
    return [chunk.chunk_id for chunk in plan.upserts]


def moved(plan):
    return [move.chunk_id for move in plan.moves]


def test_a_new_document_is_all_upserts():
    plan = Planning().give(upserted(TEXT, 4, title="Rain", uri="file:rain", metadata={"year": 2026}, readers=("a",)))
    assert isinstance(plan, ChunksPlanned)
    assert [chunk.ordinal for chunk in plan.upserts] == list(range(len(plan.upserts)))
    assert all(chunk.text == TEXT[chunk.span.start : chunk.span.end] for chunk in plan.upserts)
    assert (plan.moves, plan.deletes, plan.unchanged, plan.deleted, plan.revision) == ((), (), 0, False, 1)
    assert plan.attributes.model_dump() == {
        "title": "Rain",
        "uri": "file:rain",
        "metadata": {"year": 2026},
        "readers": ("a",),
        "language": "en",
    }
    assert (plan.tenant, plan.doc_id, plan.at, plan.origin) == ("default", "rain", WRITTEN, origin(4))


@pytest.mark.parametrize(
    ("text", "language"),
    [("Die Fähre verlässt den alten Hafen um halb zehn.", "de"), ("渡轮什么时候开？", "zh"), ("ERR-4417", "und")],
)
def test_a_plan_tells_the_documents_language(text, language):
    assert Planning().give(upserted(text)).attributes.language == language


def test_a_document_that_changes_its_language_moves_every_chunk_that_stays():
    planning = Planning()
    first = planning.give(upserted(f"{TEXT}\n\n# Ende\n\nDas ist das Ende.", content_type="text/markdown"))
    german = "Die Fähre verlässt den alten Hafen um halb zehn, und niemand weiß warum.\n\n" * 20
    then = planning.give(upserted(f"{german}{TEXT}\n\n# Ende\n\nDas ist das Ende.", content_type="text/markdown"))
    assert (first.attributes.language, then.attributes.language) == ("en", "de")
    assert then.unchanged == 0
    assert then.moves


def test_an_unchanged_document_is_an_empty_plan_that_counts_its_chunks():
    planning = Planning()
    first = planning.give(upserted(TEXT))
    again = planning.give(upserted(TEXT, 1))
    assert isinstance(again, ChunksPlanned)
    assert (again.upserts, again.moves, again.deletes) == ((), (), ())
    assert again.unchanged == len(first.upserts)
    assert again.revision == first.revision


def test_an_unchanged_document_is_not_even_counted():
    counter = WordCounter()
    step = make_planning_step(counter, SIZES, "fake@1")
    state, _ = step(None, upserted(TEXT))
    counter.counted = 0
    step(state, upserted(TEXT, 1))
    assert counter.counted == 0


def test_an_edit_is_few_upserts_as_few_deletes_and_moves_for_what_comes_after():
    planning = Planning()
    first = planning.give(upserted(TEXT))
    edited = TEXT.replace("\n\n", "\n\nA new sentence stands here. ", 1)
    plan = planning.give(upserted(edited, 1))
    assert 1 <= len(plan.upserts) <= 3
    assert set(plan.deletes) < set(ids(first))
    assert plan.moves
    assert len(plan.upserts) + len(plan.moves) + plan.unchanged == len(planning.state.chunks)
    assert plan.revision == 2


def test_a_moved_chunk_keeps_its_id_and_gets_its_new_place():
    planning = Planning()
    first = planning.give(upserted(TEXT))
    plan = planning.give(upserted("\n\n" + TEXT, 1))
    assert moved(plan) == ids(first)
    assert [move.span.start for move in plan.moves] == [chunk.span.start + 2 for chunk in first.upserts]


def test_what_a_shorter_version_lacks_is_deleted():
    """FAILURES 29."""
    planning = Planning()
    first = planning.give(upserted(TEXT))
    plan = planning.give(upserted(TEXT[: len(TEXT) // 3].rsplit("\n\n", 1)[0], 1))
    assert len(plan.deletes) > len(first.upserts) // 2
    assert set(planning.index) == {chunk.chunk_id for chunk in planning.state.chunks}


def test_a_version_without_text_deletes_all_that_was_there():
    """FAILURES 29, 47."""
    planning = Planning()
    first = planning.give(upserted(TEXT))
    plan = planning.give(upserted(" \n", 1))
    assert plan.deletes == tuple(ids(first))
    assert (plan.deleted, planning.index) == (False, {})
    assert planning.give(upserted(TEXT, 2)).upserts == first.upserts


@pytest.mark.parametrize("text", ["", "   \n\t", "\u200b\u200d", "---"])
def test_a_document_without_text_is_skipped_as_empty_every_time(text):
    """FAILURES 47."""
    planning = Planning()
    for offset in range(2):
        skipped = planning.give(upserted(text, offset))
        assert isinstance(skipped, DocumentSkipped)
        assert (skipped.reason, skipped.doc_id, skipped.origin) == ("empty", "rain", origin(offset))


def test_another_title_embeds_all_chunks_again_since_it_is_part_of_what_is_embedded():
    planning = Planning()
    first = planning.give(upserted(TEXT, title="Rain"))
    plan = planning.give(upserted(TEXT, 1, title="Snow"))
    assert len(plan.upserts) == len(first.upserts)
    assert set(plan.deletes) == set(ids(first))


@pytest.mark.parametrize("change", [{"uri": "file:b"}, {"metadata": {"a": 2}}, {"readers": ("x",)}])
def test_other_attributes_are_moves_and_nothing_is_embedded(change):
    planning = Planning()
    first = planning.give(upserted(TEXT, uri="file:a", metadata={"a": 1}))
    plan = planning.give(upserted(TEXT, 1, **{"uri": "file:a", "metadata": {"a": 1}} | change))
    assert (plan.upserts, plan.deletes, plan.unchanged) == ((), (), 0)
    assert moved(plan) == ids(first)
    assert {key: getattr(plan.attributes, key) for key in change} == change


def test_the_order_of_metadata_does_not_matter():
    planning = Planning()
    planning.give(upserted(TEXT, metadata={"a": 1, "b": {"c": 2, "d": 3}}))
    plan = planning.give(upserted(TEXT, 1, metadata={"b": {"d": 3, "c": 2}, "a": 1}))
    assert (plan.upserts, plan.moves, plan.deletes) == ((), (), ())


def test_the_order_of_readers_does_not_matter():
    planning = Planning()
    planning.give(upserted(TEXT, readers=("a", "b")))
    plan = planning.give(upserted(TEXT, 1, readers=("b", "a")))
    assert (plan.upserts, plan.moves, plan.deletes) == ((), (), ())
    assert plan.unchanged == len(planning.index)


def test_another_embedder_makes_all_chunks_anew_under_their_ids_for_its_collection():
    """FAILURES 29: the embedder is part of the recipe."""
    planning = Planning()
    first = planning.give(upserted(TEXT))
    plan = planning.restarted(embedder_id="other@1").give(upserted(TEXT, 1))
    assert plan.upserts == first.upserts
    assert (plan.moves, plan.deletes, plan.unchanged) == ((), (), 0)
    assert plan.embedder_id == "other@1"


def test_other_sizes_leave_no_chunk_of_the_old_ones():
    """FAILURES 29."""
    planning = Planning()
    planning.give(upserted(TEXT))
    again = planning.restarted(sizes=ChunkSizes(5, 12))
    again.give(upserted(TEXT, 1))
    fresh = Planning(sizes=ChunkSizes(5, 12))
    fresh.give(upserted(TEXT))
    assert again.index == fresh.index


def test_equal_paragraphs_get_ids_of_their_own_by_occurrence():
    same = "One two three four five six seven eight nine ten eleven twelve."
    planning = Planning()
    first = planning.give(upserted("\n\n".join([same] * 6)))
    assert len(set(ids(first))) == len(first.upserts) >= 3
    plan = planning.give(upserted("\n\n".join([same] * 7), 1))
    assert len(plan.upserts) <= 2


def test_ids_are_the_same_after_a_restart_and_differ_by_tenant_and_document():
    planning = Planning()
    first = planning.give(upserted(TEXT))
    assert ids(Planning().give(upserted(TEXT, 9))) == ids(first)
    assert planning.restarted().give(upserted(TEXT, 1)).unchanged == len(first.upserts)
    elsewhere = Planning().give(upserted(TEXT, tenant="other"))
    assert not set(ids(elsewhere)) & set(ids(first))
    other = DocumentUpserted(doc_id="snow", text=TEXT, at=WRITTEN, read_from=origin(0))
    assert not set(ids(Planning().give(other))) & set(ids(first))


def test_a_redelivered_record_has_the_same_event_id_and_another_record_another():
    step = make_planning_step(WordCounter(), SIZES, "fake@1")
    state, (first,) = step(None, upserted(TEXT, 3))
    _, (again,) = step(None, upserted(TEXT, 3))
    _, (later,) = step(state, upserted(TEXT, 4))
    assert again == first
    assert later.event_id != first.event_id


def test_lf_and_crlf_give_the_same_chunks():
    """FAILURES 50."""
    planning = Planning()
    planning.give(upserted(TEXT))
    plan = planning.give(upserted(TEXT.replace("\n", "\r\n"), 1))
    assert (plan.upserts, plan.moves, plan.deletes) == ((), (), ())


def test_what_was_repaired_is_told_and_the_document_is_planned():
    """FAILURES 45, 46."""
    plan = Planning().give(upserted("A\x00B and " + "x" * 9 + "\ud83d"))
    assert [chunk.text for chunk in plan.upserts] == ["A B and xxxxxxxxx\ufffd"]
    assert len(plan.warnings) == 2
    assert ChunksPlanned.model_validate_json(plan.model_dump_json()).upserts == plan.upserts


def test_the_documents_own_title_stands_in_where_the_producer_gave_none():
    planning = Planning()
    html = upserted("<title>Own</title><p>Text.", content_type="text/html")
    assert planning.give(html).attributes.title == "Own"
    named = upserted("<title>Own</title><p>Text.", 1, content_type="text/html", title="Given")
    assert planning.give(named).attributes.title == "Given"


def test_a_document_that_cannot_be_parsed_raises_and_leaves_the_state_alone():
    planning = Planning()
    planning.give(upserted(TEXT))
    before = planning.state
    with pytest.raises(UnsupportedContentTypeError):
        planning.give(upserted(TEXT, 1, content_type="application/pdf"))
    assert planning.state == before


def test_an_event_that_was_not_read_from_a_topic_is_a_bug():
    with pytest.raises(ValueError, match="read from a topic"):
        Planning().give(DocumentUpserted(doc_id="rain", text="Rain."))


def test_chunks_that_cannot_fit_the_embedder_are_refused_at_once():
    """FAILURES 36."""
    with pytest.raises(ConfigurationError, match=r"planning\.max_tokens"):
        make_planning_step(WordCounter(max_tokens=40), SIZES, "fake@1")


def test_a_plan_may_be_applied_twice():
    """FAILURES 29: a crash between writing and committing."""
    planning = Planning()
    planning.give(upserted(TEXT))
    plan = planning.give(upserted(TEXT[300:], 1))
    once = dict(planning.index)
    apply(planning.index, plan)
    assert planning.index == once
