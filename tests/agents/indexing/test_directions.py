"""Where documents lie, of what was embedded of them."""

from base64 import b64decode

import numpy as np

from agents.indexing.directions import Directions
from agents.ports import Vectors
from agents.sketches import unsketch
from schemas.passages import IndexedChunk
from tests.agents.indexing.playbook import a_chunk, a_plan


def chunks(*texts: str, doc_id: str = "d") -> list[IndexedChunk]:
    plan = a_plan()
    shared = {
        "tenant": plan.tenant,
        "doc_id": doc_id,
        "revision": 1,
        "attributes": plan.attributes,
        "origin": plan.origin,
        "embedder_id": "fake@1",
    }
    return [IndexedChunk.model_validate({**shared, "chunk": a_chunk(text)}) for text in texts]


def vectors(*rows: tuple[float, float]) -> Vectors:
    return np.array(rows, np.float32)


def test_a_document_lies_in_the_middle_of_its_chunks_over_all_slices() -> None:
    seen = Directions()
    seen.add([*chunks("a"), *chunks("x", doc_id="e")], vectors((1.0, 0.0), (0.0, -1.0)))
    seen.add(chunks("b"), vectors((0.0, 1.0)))
    ours, theirs = (unsketch(b64decode(seen.of("acme", doc_id) or "")) for doc_id in ("d", "e"))
    assert np.allclose(ours, np.sqrt(0.5), atol=0.01)
    assert np.allclose(theirs, [0.0, -1.0])


def test_vectors_are_left_as_they_were() -> None:
    given = vectors((1.0, 0.0), (0.0, 1.0))
    Directions().add(chunks("a", "b"), given)
    assert given.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_a_document_of_which_nothing_was_embedded_lies_nowhere() -> None:
    assert Directions().of("acme", "d") is None
