"""Settings of chunk sizes in, either a usable set or a sentence that says what is wrong with them out."""

from dataclasses import dataclass

from schemas.embedding_text import CONTEXT_TOKENS
from schemas.failures import ConfigurationError

SPECIAL_TOKENS = 2
"""`[CLS]` and `[SEP]`."""


@dataclass(frozen=True, slots=True)
class ChunkSizes:
    """Tokens of a chunk, its title and section path not included. Raises `ConfigurationError` when impossible."""

    min_tokens: int = 100
    max_tokens: int = 230

    def __post_init__(self) -> None:
        if self.min_tokens < 1:
            raise ConfigurationError(f"planning.min_tokens must be at least 1, not {self.min_tokens}.")
        if self.max_tokens < 2 * self.min_tokens:
            raise ConfigurationError(
                f"planning.max_tokens ({self.max_tokens}) must be at least twice planning.min_tokens "
                f"({self.min_tokens}), so that whatever is too long can be cut in two."
            )

    def checked_against(self, model_tokens: int) -> "ChunkSizes":
        """These sizes, if a chunk and its context fit the model; raises `ConfigurationError`."""
        needed = self.max_tokens + CONTEXT_TOKENS + SPECIAL_TOKENS
        if needed > model_tokens:
            raise ConfigurationError(
                f"planning.max_tokens ({self.max_tokens}) with {CONTEXT_TOKENS} tokens of title and section path and "
                f"{SPECIAL_TOKENS} special ones makes {needed}, and the embedder takes {model_tokens}; "
                f"set it to {model_tokens - CONTEXT_TOKENS - SPECIAL_TOKENS} or less."
            )
        return self
