"""Plans that the main index has followed in, the index of a candidate after them, and what it could not do, out."""

from collections.abc import Sequence
from typing import Final

from agents.indexing.operations import Key, Operations, folded
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
    """Do the same in a candidate's index; gives why it was not done, by the id of the plan.

    One chunk that a candidate cannot take does not keep the others out. Where the index is unwell, new chunks are
    left to be filled in later, and what takes something away is done all the same: who is answered from this index
    must not find what was deleted, or what they may not read any more. Raises `TransientError`, to be repeated, when
    that fails, and nothing else.
    """
    operations = folded(plans, space.embedder.embedder_id)
    try:
        missing = await carry_out(operations, space, turn, together)
    except TransientError as error:
        # What was to be stored may be there at an old place: withdrawn and brought back, or stored by an earlier try.
        ids = [(plan.tenant, [*plan.deletes, *(move.chunk_id for move in plan.moves)]) for plan in plans]
        changed = [(tenant, chunk_id) for tenant, chunk_ids in ids for chunk_id in chunk_ids]
        deletes = {key: None for key in changed if key not in operations.moves}
        await _take_away(Operations(moves=operations.moves, deletes=deletes), space, turn, together)
        return {plan.event_id: _reason(error) for plan in plans}
    except Exception:  # noqa: BLE001 - whatever it is, the main index has the documents
        if len(plans) == 1:
            return await _in_parts(plans[0], space, turn, together)
        failed: dict[str, str] = {}
        for plan in plans:
            failed |= await follow([plan], space, turn, together)
        return failed
    lost = {plan.event_id: [each.chunk_id for each in plan.moves if each.chunk_id in missing] for plan in plans}
    return {event_id: _lacking(ids) for event_id, ids in lost.items() if ids}


async def _in_parts(plan: ChunksPlanned, space: EmbeddingSpace, turn: Turn, together: Together) -> dict[str, str]:
    """Each new chunk alone, then all else. Gives and raises as `follow`."""
    operations = folded([plan], space.embedder.embedder_id)
    refused: dict[Key, None] = {}
    reason = ""
    for key, item in operations.upserts.items():
        try:
            await carry_out(Operations(upserts={key: item}), space, turn, together)
        except Exception as error:  # noqa: BLE001 - as above
            reason, refused = _reason(error), {**refused, key: None}
    # An older version of a chunk that was refused may have other readers.
    rest = Operations(moves=operations.moves, deletes={**operations.deletes, **refused})
    reason = await _take_away(rest, space, turn, together) or reason
    return {plan.event_id: reason} if reason else {}


async def _take_away(operations: Operations, space: EmbeddingSpace, turn: Turn, together: Together) -> str:
    """Moves and deletes; gives why not all were done, or nothing. Raises as `follow`."""
    try:
        missing = await carry_out(operations, space, turn, together)
    except TransientError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        return _reason(error)
    return _lacking(sorted(missing)) if missing else ""


def _lacking(chunk_ids: Sequence[str]) -> str:
    return f"it does not have {named(chunk_ids)}"


def _reason(error: Exception) -> str:
    return str(error)[:MOST_REASON] or type(error).__name__
