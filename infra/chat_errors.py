"""What a language model's server says or does wrong in, one of our errors out, with nothing secret in it.

An error's text is in our words, since askers are told it. The server's own, which may name accounts or show half a key,
are a note on it (PEP 678), for logs and `ragstream doctor`: `in_full` has both. What they repeat of the prompt is left
out.

TransientError
├── AttemptError   this attempt failed; another one may succeed, after `retry_after_s` if the server says so
├── DeadlineError  there is no time left
└── ModelUnavailableError
PermanentError
└── RefusedError   the server understood and refuses: the same request would be refused again
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import ClassVar, Final, TypeVar

import httpx
from pydantic_core import from_json

from schemas.failures import PermanentError, TransientError
from schemas.quotes import without_quotes_of

RETRYABLE: Final = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
"""Client errors that pass; so does every server error."""
MAX_MESSAGE: Final = 200
"""Characters of a server's own words that are repeated."""

ErrorT = TypeVar("ErrorT", bound=BaseException)


class AttemptError(TransientError):
    """One attempt failed in a way that need not repeat itself."""

    dependency: ClassVar[str] = "generator"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class DeadlineError(TransientError):
    """Time is up. `waited_s` is how long the server had, without a piece of text, until then; 0 if it wrote some."""

    dependency: ClassVar[str] = "generator"

    def __init__(self, message: str, waited_s: float = 0.0) -> None:
        super().__init__(message)
        self.waited_s = waited_s


class RefusedError(PermanentError):
    """The server refuses this request; `status` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Endpoint:
    """Whom errors are about."""

    name: str
    """As errors call it: the model and where it runs."""
    key: str = field(default="", repr=False)
    prompt: tuple[str, ...] = field(default=(), repr=False)
    """What it was asked, which it may repeat."""

    def worded(self, text: str) -> str:
        """Its own words, so that they can stand in a log: one short line, without the key and quotes of the prompt."""
        text = text.replace(self.key, "***") if self.key else text
        line = without_quotes_of(_one_line(text[: 4 * MAX_MESSAGE]), map(_one_line, self.prompt))
        return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"

    def refusal(
        self, status: int, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> AttemptError | RefusedError:
        """The error for an answer other than 200. Names of `headers` are lower-case."""
        said = self.worded(_message(body))
        message = f"{self.name} answered with HTTP {status}"
        if status in RETRYABLE or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return noted(AttemptError(message, retry_after_s(headers.get("retry-after", ""), now)), said)
        if status < HTTPStatus.BAD_REQUEST:
            message += " (RAGSTREAM_GENERATOR__BASE_URL must be an address that answers by itself)"
        elif status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            message += " (is RAGSTREAM_GENERATOR__API_KEY right?)"
        elif status == HTTPStatus.NOT_FOUND:
            message += " (are RAGSTREAM_GENERATOR__BASE_URL, which often ends in /v1, and _MODEL right?)"
        return noted(RefusedError(message, status), said)

    def failure(self, error: httpx.TransportError) -> AttemptError:
        """The error for a connection that could not be made or that broke."""
        if isinstance(error, httpx.ConnectTimeout):
            return AttemptError(f"{self.name} did not accept a connection in time")
        if isinstance(error, httpx.ConnectError):
            return AttemptError(f"no connection to {self.name}: {self.worded(str(error))}")
        return AttemptError(f"the connection to {self.name} broke ({type(error).__name__})")


def _one_line(text: str) -> str:
    """Of printable characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def noted(error: ErrorT, said: str) -> ErrorT:
    """The error with the server's own words beside it, where there are any."""
    if said:
        error.add_note(said)
    return error


def in_full(error: BaseException) -> str:
    """What is wrong, in our words and in the server's."""
    return ": ".join((str(error), *getattr(error, "__notes__", ())))


def _message(body: bytes) -> str:
    """`error.message` of a JSON body, or its `error` or `message`; empty for any other body."""
    try:
        found = from_json(body)
    except ValueError:
        return ""
    for name in ("error", "message"):
        found = found.get(name, found) if isinstance(found, dict) else found
    return found if isinstance(found, str) else ""


def retry_after_s(value: str, now: datetime) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, section 10.2.3: a number or a date); None where it has neither."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):  # no date, or one without a zone
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
