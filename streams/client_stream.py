"""Pieces of everybody's answers in, each asker's own out, in order, and the final answer behind them.

Pieces and answers lie on two topics, so a piece may come after the answer that has all of it: it is not waited for. A
piece that is missing ends what is shown of that attempt, since a text with a hole says something else; and so does one
that comes again with another text, since a worker that took over after a crash drafts anew.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable

from schemas.answers import Answer, AnswerDelta
from schemas.event import Event


class ReleasedPieces:
    """Questions whose askers read along, by query id."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Queue[AnswerDelta | None]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def expect(self, query_id: str) -> None:
        """Keep what arrives for this question; call it before the question is sent."""
        self._waiting[query_id] = asyncio.Queue()

    def forget(self, query_id: str) -> None:
        """Nobody reads along any more."""
        self._waiting.pop(query_id, None)

    def arrived(self, event: Event) -> None:
        """Hand a piece to whom it is for."""
        if isinstance(event, AnswerDelta) and event.query_id in self._waiting:
            self._waiting[event.query_id].put_nowait(event)

    async def until(self, query_id: str, answer: Awaitable[Answer]) -> AsyncGenerator[AnswerDelta | Answer, None]:
        """The pieces of an expected question's answer that arrive before it, then the answer.

        `sequence` counts from 0 without gaps within an `attempt`; a higher attempt voids the text so far. Raises what
        `answer` raises.
        """
        arrivals = self._waiting[query_id]
        answering = asyncio.ensure_future(answer)
        answering.add_done_callback(lambda _: arrivals.put_nowait(None))
        attempt, shown, whole = 0, list[str](), True
        try:
            while (piece := await arrivals.get()) is not None:
                if piece.attempt > attempt:
                    attempt, shown, whole = piece.attempt, [], True
                if piece.attempt < attempt or not whole:
                    continue
                whole = shown[piece.sequence : piece.sequence + 1] in ([], [piece.text])
                if whole and piece.sequence == len(shown):
                    shown.append(piece.text)
                    yield piece
            yield await answering
        finally:
            answering.cancel()
