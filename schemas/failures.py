"""What can go wrong, by what the runner should do about it.

    RagstreamError
    ├── TransientError     the world is unwell: wait and try the same again (Weaviate down, time-out, rate limit)
    │   └── ModelUnavailableError  it was unwell so often that it isn't asked at all for a while: do without
    ├── PermanentError     this event can never succeed: dead-letter it with the reason
    └── ConfigurationError refuse to start, and say in one sentence what to change

Anything else that is raised is a bug, and is treated as permanent for the event that met it.
"""


class RagstreamError(Exception):
    """Base of every error that ragstream raises on purpose."""


class TransientError(RagstreamError):
    """Trying again later may succeed; nothing is skipped meanwhile."""


class ModelUnavailableError(TransientError):
    """A language model is left alone for a while, or says that it takes nothing before time is up: do without it."""


class PermanentError(RagstreamError):
    """Trying again cannot succeed; the event belongs in the dead letters."""


class ConfigurationError(RagstreamError):
    """A setting, a missing program or a mismatch that keeps a process from starting."""
