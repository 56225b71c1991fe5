"""Scores of the two halves of a search in, one score per chunk out, as Weaviate's hybrid search fuses them.

Each half hands its best candidates to the fusion. A chunk that is in one list only gets nothing from the other.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from schemas.passages import Fusion, Search

CANDIDATES: Final = 100
"""Fewest that each half hands to the fusion, as in Weaviate (QUERY_HYBRID_MAXIMUM_RESULTS)."""
RANK_OFFSET: Final = 60
"""The constant of reciprocal rank fusion: Cormack, Clarke and Büttcher (SIGIR 2009), who found 60 good in a pilot."""


def fused(search: Search, dense: Mapping[str, float], lexical: Mapping[str, float]) -> dict[str, float]:
    """Scores of the chunks that `search` finds: its mode says which halves count, `alpha` weighs them in a hybrid.

    `dense` are cosines of all chunks, `lexical` are scores above zero of those that share a term with the question.
    """
    if search.mode == "dense":
        return dict(dense)
    if search.mode == "lexical":
        return dict(lexical)
    found: dict[str, float] = {}
    for scores, weight in ((dense, search.alpha), (lexical, 1.0 - search.alpha)):
        if not scores or weight == 0.0:
            continue
        best = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))[: max(CANDIDATES, search.top_k)]
        for chunk_id, share in zip(best, _shares([scores[each] for each in best], search.fusion), strict=True):
            found[chunk_id] = found.get(chunk_id, 0.0) + weight * share
    return found


def _shares(scores: Sequence[float], fusion: Fusion) -> list[float]:
    """What each of `scores`, highest first, counts before its half is weighed.

    `relative` scales them to 0..1 by their own minimum and maximum, equal scores all count as one (Weaviate's
    `FusionRelativeScore`); `ranked` looks at the places only (`FusionRanked`, whose first place is number 0).
    """
    if fusion == "ranked":
        return [1.0 / (RANK_OFFSET + place) for place in range(len(scores))]
    lowest, highest = scores[-1], scores[0]
    return [(score - lowest) / (highest - lowest) if highest > lowest else 1.0 for score in scores]
