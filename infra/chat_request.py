"""Messages and settings in, a request's JSON out, in the dialect that the server was found to understand.

The format is OpenAI's "Create chat completion", as far as vLLM, NIM, Ollama and llama.cpp have it too.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.prompts import ChatSettings, Message

USAGE: Final = "stream_options"
OLD_LIMIT: Final = "max_tokens"
NEW_LIMIT: Final = "max_completion_tokens"


class ChatDialect:
    """What one server takes; learnt once from what it refuses, for all requests after."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._counts = True
        self._limit = OLD_LIMIT

    def body(self, messages: Sequence[Message], settings: ChatSettings) -> dict[str, Any]:
        """A request's JSON."""
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": each.role, "content": each.content} for each in messages],
            "stream": True,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            self._limit: settings.max_output_tokens,
        }
        if self._counts:
            body[USAGE] = {"include_usage": True}
        if settings.seed is not None:
            body["seed"] = settings.seed
        if settings.stop:
            body["stop"] = list(settings.stop)
        return body

    def learn(self, refused: Mapping[str, Any], message: str) -> bool:
        """Whether a body that was refused with `message` is worth another try, in the dialect that was learnt from it.

        Each body is tried anew once a reason at most, however many were under way when the first was refused.
        """
        if USAGE in refused and USAGE in message:
            self._counts = False
            return True
        if OLD_LIMIT in refused and NEW_LIMIT in message:
            self._limit = NEW_LIMIT
            return True
        return False
