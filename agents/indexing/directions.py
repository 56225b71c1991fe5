"""Vectors of chunks in, the mean direction of each document's out."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.ports import Vectors
from agents.sketches import sketch
from schemas.passages import IndexedChunk


@dataclass
class Directions:
    """What was embedded of each document in one batch; its vectors are not kept."""

    _sums: dict[tuple[str, str], Vectors] = field(default_factory=dict)

    def add(self, items: Sequence[IndexedChunk], vectors: Vectors) -> None:
        """`vectors` has shape (items, dimension)."""
        for item, vector in zip(items, vectors, strict=True):
            key = item.tenant, item.doc_id
            self._sums[key] = self._sums[key] + vector if key in self._sums else vector.copy()

    def of(self, tenant: str, doc_id: str) -> str | None:
        """A sketch of the mean, in base64 as events carry it; None where nothing was embedded."""
        found = self._sums.get((tenant, doc_id))
        return None if found is None else b64encode(sketch(found)).decode()
