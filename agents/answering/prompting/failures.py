"""What is raised when a prompt cannot be used."""

from schemas.failures import PermanentError


class PromptError(PermanentError):
    """A prompt is not what it should be, or cannot be filled in with what was given; the message says why."""
