from schemas.index_log import DocumentSkipped
from tests.agents.planning.counting import essay
from tests.agents.planning.playbook import Planning, deleted, upserted

TEXT = essay(12)


def test_a_late_older_version_is_stale_and_changes_nothing():
    """FAILURES 3."""
    planning = Planning()
    planning.give(upserted(TEXT, source_version=2))
    before = planning.state
    skipped = planning.give(upserted("Old.", 1, source_version=1))
    assert isinstance(skipped, DocumentSkipped)
    assert (skipped.reason, skipped.detail) == ("stale", "version 1 came after version 2")
    assert planning.state == before


def test_the_same_version_again_and_one_without_a_version_are_taken():
    """FAILURES 3."""
    planning = Planning()
    planning.give(upserted(TEXT, source_version=2))
    assert planning.give(upserted("Same version.", 1, source_version=2)).upserts
    assert planning.give(upserted("No version.", 2)).upserts
    assert planning.give(upserted("Old.", 3, source_version=1)).reason == "stale"


def test_a_newer_version_without_a_change_still_makes_older_ones_stale():
    """FAILURES 3."""
    planning = Planning()
    planning.give(upserted(TEXT, source_version=2))
    planning.give(upserted(TEXT, 1, source_version=5))
    assert planning.give(upserted("Old.", 2, source_version=4)).reason == "stale"


def test_a_delete_removes_all_chunks():
    """FAILURES 7."""
    planning = Planning()
    first = planning.give(upserted(TEXT))
    plan = planning.give(deleted(1))
    assert (plan.deleted, plan.deletes, plan.revision, planning.index) == (
        True,
        tuple(chunk.chunk_id for chunk in first.upserts),
        2,
        {},
    )


def test_a_delete_says_who_might_read_the_document():
    planning = Planning()
    planning.give(upserted(TEXT, readers=("staff",)))
    assert planning.give(deleted(1)).attributes.readers == ("staff",)


def test_a_delete_of_an_unknown_or_deleted_document_is_absent():
    """FAILURES 7."""
    planning = Planning()
    assert planning.give(deleted()).reason == "absent"
    planning.give(upserted(TEXT, 1))
    planning.give(deleted(2))
    assert planning.give(deleted(3)).reason == "absent"


def test_an_older_version_after_a_delete_does_not_bring_the_document_back():
    """FAILURES 3, 7."""
    planning = Planning()
    planning.give(upserted(TEXT, source_version=2))
    planning.give(deleted(1, source_version=3))
    assert planning.give(upserted(TEXT, 2, source_version=2)).reason == "stale"
    assert planning.give(upserted(TEXT, 3, source_version=4)).revision == 3


def test_a_late_older_delete_is_stale():
    """FAILURES 3, 7."""
    planning = Planning()
    planning.give(upserted(TEXT, source_version=2))
    assert planning.give(deleted(1, source_version=1)).reason == "stale"
    assert planning.index
