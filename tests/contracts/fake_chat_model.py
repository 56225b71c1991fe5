"""A chat model that says what it is told, for tests of what is built on one."""

from collections.abc import AsyncGenerator, Sequence

from schemas.answers import Usage
from schemas.failures import RagstreamError, TransientError
from schemas.prompts import ChatSettings, Message


class ScriptedChatModel:
    """Says `pieces`, the same each time; raises `error` after them if there is one."""

    model_id = "scripted@here"

    def __init__(self, *pieces: str, error: RagstreamError | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.asked: list[tuple[Message, ...]] = []
        self.closed = 0
        """Calls that the caller gave up, or that ended."""

    async def chat(
        self, messages: Sequence[Message], settings: ChatSettings, *, seconds_left: float
    ) -> AsyncGenerator[str | Usage, None]:
        self.asked.append(tuple(messages))
        if seconds_left <= 0:
            raise TransientError("the deadline passed")
        try:
            for piece in self.pieces:
                yield piece
            if self.error is not None:
                raise self.error
            yield Usage(
                input_tokens=sum(len(each.content.split()) for each in messages), output_tokens=len(self.pieces)
            )
        finally:
            self.closed += 1
