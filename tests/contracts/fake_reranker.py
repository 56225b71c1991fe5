"""A reranker that counts shared words, for tests that need the port and no model."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class WordReranker:
    """The port `Reranker`; remembers what it was asked, and raises what it is told to."""

    reranker_id = "shared-words-1"

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str]]] = []
        self.breaks: Exception | None = None

    async def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append((question, texts))
        if self.breaks is not None:
            raise self.breaks
        words = set(question.lower().split())
        return np.array([len(words & set(text.lower().split())) for text in texts], np.float32)
