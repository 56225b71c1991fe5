"""The data of one server-sent event in, what it adds to an answer out. Whatever makes no sense is an `AttemptError`.

Servers differ: the usage chunk has no choices, `content` may be null or missing, and a server that breaks while it
writes sends an object `error` where a chunk was expected.
"""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.chat_errors import AttemptError, Endpoint, RefusedError, noted

DONE: Final = "[DONE]"
CLIENT_ERRORS: Final = range(400, 500)
TOO_MANY: Final = 429
MAX_TOKENS: Final = 2**53
"""Larger numbers are not exact in JSON (RFC 8259, section 6)."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Delta(_Lenient):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(_Lenient):
    delta: _Delta | None = None
    finish_reason: str | None = None


class TokenCounts(_Lenient):
    """Tokens as the server counts them."""

    prompt_tokens: Annotated[int, Field(ge=0, le=MAX_TOKENS)] | None = None
    completion_tokens: Annotated[int, Field(ge=0, le=MAX_TOKENS)] | None = None


class Chunk(_Lenient):
    """One event of a stream."""

    choices: list[_Choice] | None = None
    usage: TokenCounts | None = None
    error: Any = None

    @property
    def text(self) -> str:
        """What it adds to the answer; more choices than one were never asked for."""
        return (self.choices[0].delta.content or "") if self.choices and self.choices[0].delta else ""

    @property
    def is_progress(self) -> bool:
        """Whether the model is at work: it wrote, or it thinks aloud, which is no part of an answer."""
        delta = self.choices[0].delta if self.choices else None
        return delta is not None and bool(delta.content or delta.reasoning_content or delta.reasoning)

    @property
    def finish_reason(self) -> str | None:
        return self.choices[0].finish_reason if self.choices else None


def read_chunk(data: str, endpoint: Endpoint) -> Chunk:
    """Raises `AttemptError` for what is no chunk and for an error, `RefusedError` for an error of the client's."""
    try:
        chunk = Chunk.model_validate_json(data)
    except ValidationError:
        raise AttemptError(f"{endpoint.name} sent an event that is no chunk of a chat") from None
    if chunk.error is not None:
        _raise(chunk.error, endpoint)
    if chunk.choices is None and chunk.usage is None:
        raise AttemptError(f"{endpoint.name} sent an event without choices")
    return chunk


def _raise(error: Any, endpoint: Endpoint) -> None:
    found = error if isinstance(error, dict) else {"message": error}
    message, said = f"{endpoint.name} broke off", endpoint.worded(str(found.get("message", "")))
    code = found.get("code")
    if isinstance(code, int) and code in CLIENT_ERRORS and code != TOO_MANY:
        raise noted(RefusedError(message, code), said)
    raise noted(AttemptError(message), said)
