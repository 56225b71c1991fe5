"""What a good server won't show; that each mode finds what it should is in `tests/contracts`."""

from types import SimpleNamespace
from uuid import UUID

import numpy as np
import pytest

from infra.weaviate_search import hits, passages
from schemas.event import EPOCH
from schemas.passages import Search

QUESTION = np.array([0.6, 0.8], np.float32)


def search(**given):
    return Search.model_validate({"tenant": "acme", "text": "pump", **given})


def hit(number, score, vector=(1.0, 0.0)):
    properties = {
        "doc_id": "d",
        "revision": 1,
        "ordinal": number,
        "start": 0,
        "end": 4,
        "text": "text",
        "metadata_json": "{}",
        "origin_topic": "documents",
        "origin_partition": 0,
        "origin_offset": 1,
        "origin_at": EPOCH,
    }
    return SimpleNamespace(
        uuid=UUID(int=number), properties=properties, metadata=SimpleNamespace(score=score), vector={"default": vector}
    )


def test_a_chunk_that_is_reported_twice_is_one_passage_with_its_best_score():
    """weaviate#4719; FAILURES 27."""
    found = passages([hit(1, 0.2), hit(2, 0.5), hit(1, 0.9)], QUESTION, search())
    assert [(each.ordinal, each.score) for each in found] == [(1, 0.9), (2, 0.5)]


def test_a_dense_hit_has_its_cosine_for_a_score():
    found = passages([hit(1, 0.0), hit(2, 0.0, (3.0, 4.0))], QUESTION, search(mode="dense"))
    assert [each.score for each in found] == pytest.approx([1.0, 0.6])
    assert [each.score for each in found] == [each.similarity for each in found]


async def test_a_lexical_search_without_terms_is_not_sent():
    nobody = SimpleNamespace(query=SimpleNamespace())
    assert await hits(nobody, search(text="?", mode="lexical"), QUESTION) == []
