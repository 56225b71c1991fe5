"""Numbers with a meaning in, one value out: what the answering feature can be told, with measured defaults.

The thresholds were measured with all-MiniLM-L6-v2; docs/adr/0005 and 0015 have the curves. Another embedder's cosines
are spread differently, so `min_support`, `min_similarity` and `min_answerability` belong to it.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from schemas.passages import Fusion, Mode

UnsupportedClaims: TypeAlias = Literal["remove", "abstain"]


@dataclass(frozen=True)
class AnsweringOptions:
    """How questions are answered."""

    mode: Mode = "hybrid"
    """What the search compares: vectors and words, or one of them."""
    fusion: Fusion = "relative"
    """How a hybrid search puts its halves together."""
    alpha: float = 0.5
    """Weight of the dense part in hybrid search: the best on SQuAD and SciFact are 0.4 and 0.5 (docs/adr/0007)."""
    per_document: int = 3
    """Most passages of one document that are used while other documents were found too."""
    candidates: int = 50
    """Passages that a reranker, where there is one, is given to order."""
    unsupported_claims: UnsupportedClaims = "remove"
    """What becomes of a claim that no passage carries: it is left out, or the whole answer abstains."""
    default_deadline_ms: int = 30_000
    """How long after it was asked a question without a deadline of its own is still worth an answer."""
    min_similarity: float = 0.25
    """Cosine of the best passage under which nothing supports an answer, whatever words it shares,
    unless the words alone do: see `lexical_coverage`."""
    min_support: float = 0.95
    """Least sum of the best passage's cosine and of the share of the question's terms that it holds."""
    lexical_coverage: float = 0.99
    """Share of the question's terms that is support enough without a similar vector: an identifier such as
    `ERR-4417`, or a language that the embedder does not know."""
    unknown_name_similarity: float = 0.45
    """Least cosine of the supporting passage when the question has a name in it that no passage holds."""
    min_answerability: float = 0.35
    """Least probability that the best sentence answers, by the model of `answerability.py`, which judges English
    questions with a question word; 0 leaves it out."""
