"""Histories of documents: the plans that a planner makes of them, and a worker that crashes on its way through."""

from collections.abc import Sequence

from hypothesis import strategies as st

from schemas.chunks import ChunksPlanned
from schemas.event import derive_id
from schemas.failures import TransientError
from tests.agents.indexing.playbook import Playbook, a_chunk, a_move, a_plan

revisions = st.tuples(
    st.sampled_from(["acme", "bolt"]), st.sampled_from(["d", "e"]), st.lists(st.sampled_from("ABCDE"), unique=True)
)


def plans_of(revisions: Sequence[tuple[str, str, Sequence[str]]]) -> tuple[list[ChunksPlanned], dict]:
    """A planner in small: each revision replaces a document's texts; and what the index must hold in the end."""
    manifests: dict[tuple[str, str], dict[str, int]] = {}
    counts: dict[tuple[str, str], int] = {}
    plans = []
    for tenant, doc_id, texts in revisions:
        key = (tenant, doc_id)
        old, new = manifests.get(key, {}), {text: place for place, text in enumerate(texts)}
        counts[key] = counts.get(key, 0) + 1
        named = {"doc_id": doc_id, "tenant": tenant}
        plans.append(
            a_plan(
                counts[key],
                **named,
                upserts=[a_chunk(text, place, **named) for text, place in new.items() if text not in old],
                moves=[a_move(t, place, **named) for t, place in new.items() if t in old and old[t] != place],
                deletes=[a_chunk(text, **named).chunk_id for text in old if text not in new],
            )
        )
        manifests[key] = new
    expected = {
        (tenant, derive_id(tenant, doc_id, text)): place
        for (tenant, doc_id), manifest in manifests.items()
        for text, place in manifest.items()
    }
    return plans, expected


async def played_with_crashes(story: Playbook, plans: Sequence[ChunksPlanned], data: st.DataObject) -> None:
    """Micro-batches of any size, with up to five crashes between writes, after each of which any suffix comes again."""
    at, crashes_left = 0, 5
    while at < len(plans):
        size = data.draw(st.integers(1, 6))
        crashing = crashes_left > 0 and data.draw(st.booleans())
        story.index.writes_left = data.draw(st.integers(0, 3)) if crashing else None
        try:
            await story.plays(*plans[at : at + size])
        except TransientError:
            pass
        else:
            at += size
        if crashing:
            crashes_left -= 1
            at = data.draw(st.integers(0, min(at, len(plans))))
