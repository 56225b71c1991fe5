"""A folded text in, hashed n-grams of its characters and words out: what the lexical models weigh.

Feature hashing (Weinberger et al. 2009) of three to five characters, and of one to three words. Everything is done for
the whole text at once; a piece of it, a sentence, owns the n-grams that lie within it.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

BITS: Final = 16
BUCKETS: Final = 1 << BITS
CHARACTER_SIZES: Final = (3, 4, 5)
WORD_SIZES: Final = (1, 2, 3)
_MARKS: Final = '?!:|`#<>[]{}="'
"""What tells questions, commands, tables and code apart."""
_IN_WORD: Final = 1
_MARK: Final = 2
_BASE: Final = np.uint32(0x9E3779B1)
_MIXERS: Final = (np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35))
_SHIFTS: Final = (np.uint32(16), np.uint32(13))


class NGrams(NamedTuple):
    """The n-grams of one text: shape (n-grams,) each."""

    buckets: NDArray[np.int64]
    """0 to `BUCKETS` - 1."""
    starts: NDArray[np.int64]
    """Offset of the first character of each."""
    ends: NDArray[np.int64]
    """Offset after the last one."""


def ngrams(text: str) -> NGrams:
    """All n-grams of `text`, characters first."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).copy()
    codes[codes == ord("\n")] = ord(" ")
    parts = [
        _runs(codes, size, np.arange(len(codes)), np.arange(1, len(codes) + 1), salt=size) for size in CHARACTER_SIZES
    ]
    starts, ends = _words(text, codes)
    words = _word_hashes(codes, starts, ends)
    parts.extend(_runs(words, size, starts, ends, salt=100 + size) for size in WORD_SIZES)
    return NGrams(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _words(text: str, codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the words begin and end: runs of letters and digits, and each mark."""
    characters = {*text, " "}
    classes = np.zeros(max(map(ord, characters)) + 1, dtype=np.uint8)
    for character in characters:
        classes[ord(character)] = _IN_WORD if character.isalnum() else _MARK if character in _MARKS else 0
    found = classes[codes]
    inside, marks = found == _IN_WORD, found == _MARK
    first, last = inside.copy(), inside.copy()
    first[1:] &= ~inside[:-1]
    last[:-1] &= ~inside[1:]
    return np.flatnonzero(first | marks), np.flatnonzero(last | marks) + 1


def _runs(
    items: NDArray[np.uint32], size: int, starts: NDArray[np.int64], ends: NDArray[np.int64], *, salt: int
) -> NGrams:
    """`size` items in a row, each run hashed as a polynomial and mixed as MurmurHash3 does at its end."""
    count = len(items) - size + 1
    if count <= 0:
        nothing = np.zeros(0, dtype=np.int64)
        return NGrams(nothing, nothing, nothing)
    hashed = np.full(count, salt, dtype=np.uint32)
    for offset in range(size):
        hashed = hashed * _BASE + items[offset : offset + count]
    return NGrams((_mixed(hashed) & np.uint32(BUCKETS - 1)).astype(np.int64), starts[:count], ends[size - 1 :])


def _mixed(hashed: NDArray[np.uint32]) -> NDArray[np.uint32]:
    for mixer, shift in zip(_MIXERS, _SHIFTS, strict=True):
        hashed = (hashed ^ (hashed >> shift)) * mixer
    return hashed ^ (hashed >> _SHIFTS[0])


def _word_hashes(codes: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint32]:
    """A hash of each word: the sum of its mixed characters, each with its place in the word mixed in."""
    if not len(starts):
        return np.zeros(0, dtype=np.uint32)
    lengths = ends - starts
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    characters = codes[np.repeat(starts, lengths) + within]
    mixed = _mixed(characters * _BASE + within.astype(np.uint32))
    return np.add.reduceat(mixed, np.cumsum(lengths) - lengths)
