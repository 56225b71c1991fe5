"""Plans that the main index has followed in, the index of a candidate after them, and what it could not do, out."""

from collections.abc import Sequence
from typing import Final

from agents.indexing.operations import folded
from agents.indexing.writing import carry_out
from agents.ports import EmbeddingSpace, Together
from agents.shapes import Turn
from schemas.chunks import ChunksPlanned
from schemas.failures import TransientError
from schemas.index_failures import named

MOST_REASON: Final = 300
"""Characters of a failure that are repeated."""


async def follow(
    plans: Sequence[ChunksPlanned], space: EmbeddingSpace, turn: Turn, together: Together
) -> dict[str, str]:
    """Do the same in a candidate's index; gives why it was not done, by the id of the plan. Raises nothing.

    One document that a candidate cannot take does not keep the others out; where the index is unwell, all are.
    """
    try:
        missing = await carry_out(folded(plans, space.embedder.embedder_id), space, turn, together)
    except Exception as error:  # noqa: BLE001 - whatever it is, the main index has the documents
        if len(plans) == 1 or isinstance(error, TransientError):
            return {plan.event_id: str(error)[:MOST_REASON] or type(error).__name__ for plan in plans}
        failed: dict[str, str] = {}
        for plan in plans:
            failed |= await follow([plan], space, turn, together)
        return failed
    lost = {plan.event_id: [each.chunk_id for each in plan.moves if each.chunk_id in missing] for plan in plans}
    return {event_id: f"it does not have {named(ids)}" for event_id, ids in lost.items() if ids}
