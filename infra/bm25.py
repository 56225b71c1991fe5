"""Terms of chunks in, lexical scores of a question out: Okapi BM25 over a dictionary of postings.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), equation 3.15, with the inverse
document frequency of Lucene and Weaviate, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative.
"""

import math
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

K1 = 1.2
B = 0.75


class Bm25:
    """One collection of chunks. Statistics are of all of them, whoever asks."""

    def __init__(self) -> None:
        self._postings: dict[str, dict[str, int]] = {}
        self._terms: dict[str, Counter[str]] = {}
        self._total_length = 0

    def put(self, chunk_id: str, terms: Iterable[str]) -> None:
        """Add a chunk, or replace it."""
        self.remove(chunk_id)
        counts = Counter(terms)
        self._terms[chunk_id] = counts
        self._total_length += counts.total()
        for term, count in counts.items():
            self._postings.setdefault(term, {})[chunk_id] = count

    def remove(self, chunk_id: str) -> None:
        """Forget a chunk; one that is not there is no error."""
        counts = self._terms.pop(chunk_id, Counter())
        self._total_length -= counts.total()
        for term in counts:
            del self._postings[term][chunk_id]
            if not self._postings[term]:
                del self._postings[term]

    def scores(self, terms: Iterable[str], allowed: AbstractSet[str]) -> dict[str, float]:
        """Score of each allowed chunk that has at least one of `terms`, always above zero."""
        mean_length = self._total_length / max(len(self._terms), 1)
        scores: dict[str, float] = {}
        for term, repeats in Counter(terms).items():
            postings = self._postings.get(term, {})
            rarity = math.log(1 + (len(self._terms) - len(postings) + 0.5) / (len(postings) + 0.5))
            for chunk_id, count in postings.items():
                if chunk_id in allowed:
                    length = self._terms[chunk_id].total() / mean_length
                    weight = count * (K1 + 1) / (count + K1 * (1 - B + B * length))
                    scores[chunk_id] = scores.get(chunk_id, 0.0) + repeats * rarity * weight
        return scores
