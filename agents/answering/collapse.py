"""What a search fetched in, the passages to answer from out: one document may not fill the context alone."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from schemas.passages import Passage

FETCHED_PER_PASSAGE: Final = 4
MOST_FETCHED: Final = 100
"""As many as each half of a hybrid search hands to its fusion, so a longer list would not be a better one."""


def to_fetch(top_k: int) -> int:
    """How many passages to search for, so that `top_k` good ones are left after collapsing."""
    return max(top_k, min(MOST_FETCHED, FETCHED_PER_PASSAGE * top_k))


def collapse(fetched: Sequence[Passage], top_k: int, per_document: int) -> tuple[Passage, ...]:
    """At most `top_k` of `fetched`, in its order, each chunk once, and of each document the first `per_document`.

    Where that leaves places, because too few documents were found, the next best passages take them.
    """
    first: dict[str, Passage] = {}
    for passage in fetched:
        first.setdefault(passage.chunk_id, passage)
    unique = tuple(first.values())
    taken: Counter[str] = Counter()
    within: list[int] = []
    beyond: list[int] = []
    for place, passage in enumerate(unique):
        taken[passage.doc_id] += 1
        (within if taken[passage.doc_id] <= per_document else beyond).append(place)
    places = within[:top_k] + beyond[: max(0, top_k - len(within))]
    return tuple(unique[place] for place in sorted(places))
