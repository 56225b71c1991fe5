"""A search in, Weaviate's query for it out; and what the server found, as passages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from weaviate.classes.query import Filter, HybridFusion, MetadataQuery

from infra import weaviate_schema as schema
from infra.index_fields import groups_and_everyone, pair
from infra.index_guards import Vectors
from infra.lexical_terms import index_terms
from infra.weaviate_writes import Tenanted
from schemas.passages import Fusion, Passage, Search

FUSIONS: Final[Mapping[Fusion, HybridFusion]] = {
    "relative": HybridFusion.RELATIVE_SCORE,
    "ranked": HybridFusion.RANKED,
}


async def hits(of: Tenanted, search: Search, question: Vectors) -> list[Any]:
    """The objects that the server finds for `search`, each with its vector and, but for a dense search, its score."""
    terms = " ".join(index_terms(search.text, search.language))
    common: dict[str, Any] = {
        "filters": _allowed(search),
        "limit": search.top_k,
        "include_vector": True,  # for `similarity`; at most top_k of them: 0.1 ms for 8, 1 ms for 50
        "return_metadata": MetadataQuery(score=True),
        "return_properties": schema.PASSAGE_PROPERTIES,
    }
    if search.mode == "dense":
        found = await of.query.near_vector(question, **common)
    elif search.mode == "lexical":
        if not terms:
            return []
        found = await of.query.bm25(terms, query_properties=[schema.TERMS], **common)
    else:
        found = await of.query.hybrid(
            # Without terms ("?") there is no lexical half; the text itself is no term either, so it finds nothing.
            query=terms or search.text,
            query_properties=[schema.TERMS],
            vector=question,
            alpha=search.alpha,
            fusion_type=FUSIONS[search.fusion],
            **common,
        )
    return list(found.objects)


def passages(found: Sequence[Any], question: Vectors, search: Search) -> list[Passage]:
    """Best first, each chunk once: some versions report one twice (weaviate#4719)."""
    best: dict[str, Passage] = {}
    for hit in found:
        chunk_id = str(hit.uuid)
        similarity = _cosine(question, hit.vector["default"])
        score = similarity if search.mode == "dense" else hit.metadata.score
        if chunk_id not in best or score > best[chunk_id].score:
            best[chunk_id] = schema.to_passage(chunk_id, hit.properties, score, similarity)
    return sorted(best.values(), key=lambda passage: -passage.score)


def _allowed(search: Search) -> Any:
    """What tenant's chunks the asker may read, and the filters."""
    allowed = Filter.by_property(schema.READERS).contains_any(groups_and_everyone(search.groups))
    if search.filters:
        wanted = [pair(key, value) for key, value in search.filters.items()]
        allowed &= Filter.by_property(schema.METADATA_PAIRS).contains_all(wanted)
    return allowed


def _cosine(question: Vectors, stored: Sequence[float]) -> float:
    """In [-1, 1]; Weaviate stores vectors at length one when the distance is cosine."""
    other = np.asarray(stored, dtype=np.float64)
    return float(np.clip(question @ other / (np.linalg.norm(question) * np.linalg.norm(other)), -1.0, 1.0))
