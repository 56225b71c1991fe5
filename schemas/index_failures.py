"""What an index says when it's asked to move chunks that it doesn't hold."""

from collections.abc import Sequence

from schemas.failures import PermanentError

MOST_NAMED = 20


class MissingChunksError(PermanentError):
    """Chunks that were to be moved and are not in the index; those that are were moved."""

    def __init__(self, chunk_ids: Sequence[str]) -> None:
        self.chunk_ids = tuple(chunk_ids)
        super().__init__(f"not in the index, so they cannot be moved: {named(chunk_ids)}")


def named(chunk_ids: Sequence[str]) -> str:
    """The ids in one line, the first twenty of them at most, for a message that a person reads."""
    more = len(chunk_ids) - MOST_NAMED
    listed = ", ".join(chunk_ids[:MOST_NAMED])
    return f"{listed} and {more} more" if more > 0 else listed
