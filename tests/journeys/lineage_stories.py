"""Stories of lineage: what becomes of answers when a document that they stand on changes."""

from collections.abc import Sequence

from schemas.conditions import ConditionRaised
from tests.journeys.stories import FERRY
from tests.journeys.world import World, ask, put

HALF_PAST = FERRY.replace("at nine in the morning", "at half past ten")
TOLLS = FERRY.replace("Bicycles travel free of charge.", "Bicycles cost two euros.")


async def outdated(world: World, doc_id: str) -> Sequence[list[str | None]]:
    """The answers that each change of a document was said to have made outdated."""
    raised = {each.event_id: each for each in await world.events("conditions") if isinstance(each, ConditionRaised)}
    about = [each for each in raised.values() if each.name == "answers-outdated" and each.labels["doc_id"] == doc_id]
    return [[piece.answer_id for piece in each.evidence] for each in about if each.tenant == world.tenant]


async def a_change_of_what_was_cited_makes_its_answers_outdated_once(world: World) -> None:
    await put(world, "ferry-times", FERRY)
    answer = await ask(world, "When does the ferry to Hvar leave Split?")
    assert [each.doc_id for each in answer.citations] == ["ferry-times"]
    await put(world, "ferry-times", TOLLS)
    assert await outdated(world, "ferry-times") == [], "what was cited still stands there"
    await put(world, "ferry-times", HALF_PAST)
    await put(world, "ferry-times", FERRY)
    assert await outdated(world, "ferry-times") == [[answer.answer_id]]


async def a_deleted_document_makes_its_answers_outdated(world: World) -> None:
    await put(world, "ferry-gone", FERRY, readers=["crew"])
    answer = await ask(world, "When does the ferry to Hvar leave Split?", groups=["crew"])
    await put(world, "ferry-gone", type="DocumentDeleted")
    assert await outdated(world, "ferry-gone") == [[answer.answer_id]]
    raised = [each for each in await world.events("conditions") if each.labels.get("doc_id") == "ferry-gone"]
    assert {each.readers for each in raised} == {("crew",)}


LINEAGE_STORIES = (
    a_change_of_what_was_cited_makes_its_answers_outdated_once,
    a_deleted_document_makes_its_answers_outdated,
)
