"""What a search fetched in, the same passages in the order of a model that reads each with the question out."""

from collections.abc import Sequence

from agents.ports import Reranker
from schemas.embedding_text import embedding_text
from schemas.passages import Passage


async def rerank(question: str, fetched: Sequence[Passage], reranker: Reranker) -> tuple[Passage, ...]:
    """All of `fetched`, best first, each with the reranker's score for its own; equal ones keep their order.

    A passage is read as it was embedded, with its title and section path. Raises what the reranker raises.
    """
    texts = [embedding_text(passage.title, passage.heading, passage.text) for passage in fetched]
    scores = [float(score) for score in await reranker.scores(question, texts)]
    scored = [passage.model_copy(update={"score": score}) for passage, score in zip(fetched, scores, strict=True)]
    return tuple(sorted(scored, key=lambda passage: -passage.score))
