"""What can go wrong, by what the runner should do about it.

    RagstreamError
    ├── TransientError     the world is unwell: wait and try the same again (Weaviate down, time-out, rate limit)
    │   └── ModelUnavailableError  it was unwell so often that it isn't asked at all for a while: do without
    ├── PermanentError     this event can never succeed: dead-letter it with the reason
    │   └── ImplausibleError   what it says cannot be, which is its producer's doing: no sign that we are broken
    └── ConfigurationError refuse to start, and say in one sentence what to change

Anything else that is raised is a bug, and is treated as permanent for the event that met it.
"""

import traceback
from typing import ClassVar


class RagstreamError(Exception):
    """Base of every error that ragstream raises on purpose."""


class TransientError(RagstreamError):
    """Trying again later may succeed; nothing is skipped meanwhile."""

    dependency: ClassVar[str] = ""
    """Label of what was unwell (`weaviate`, `kafka`, `generator`), where that is known."""


class ModelUnavailableError(TransientError):
    """A language model is left alone for a while, or says that it takes nothing before time is up: do without it."""

    dependency: ClassVar[str] = "generator"


class PermanentError(RagstreamError):
    """Trying again cannot succeed; the event belongs in the dead letters."""


class ImplausibleError(PermanentError):
    """An event that is well formed says what cannot be; as with malformed ones, many of them blow no fuse."""


class ConfigurationError(RagstreamError):
    """A setting, a missing program or a mismatch that keeps a process from starting."""


def raised_at(error: BaseException) -> list[str]:
    """Where an exception came from, as file, line and function, innermost last: its text may quote what failed."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
