"""A tokenizer for tests, and texts that look written: words and punctuation marks are tokens."""

import random
import re
from collections.abc import Sequence

from agents.planning.document import ParsedDocument
from agents.planning.sizes import ChunkSizes

_TOKEN = re.compile(r"[^\W_]{1,8}|[^\w\s]|_")
SIZES = ChunkSizes(min_tokens=10, max_tokens=24)
_WORDS = (
    "amber basin cellar delta ember fable gravel harbour island jungle kettle lantern meadow needle orchard pebble "
    "quarry river saddle timber umber valley willow yarrow zephyr"
).split()


class WordCounter:
    """Counts a word of up to eight letters, the pieces of a longer one, and each mark as a token."""

    def __init__(self, max_tokens: int = 64) -> None:
        self.max_tokens = max_tokens
        self.counted = 0
        """Characters that were looked at, all calls together."""

    def token_ends(self, text: str) -> Sequence[int]:
        self.counted += len(text)
        return [found.end() for found in _TOKEN.finditer(text)]


def sentence(dice: random.Random) -> str:
    words = [dice.choice(_WORDS) for _ in range(dice.randint(4, 14))]
    return f"{' '.join(words).capitalize()}{dice.choice('...?!')}"


def paragraph(dice: random.Random) -> str:
    return " ".join(sentence(dice) for _ in range(dice.randint(2, 6)))


def essay(paragraphs: int, seed: int = 7) -> str:
    """Paragraphs of made-up sentences, no two the same in practice."""
    dice = random.Random(seed)
    return "\n\n".join(paragraph(dice) for _ in range(paragraphs))


def plain(text: str) -> ParsedDocument:
    return ParsedDocument(text)
