"""A text in, the letters that a reader sees in it out: look-alikes, invisible characters and spacing taken away.

Folding is Unicode's NFKC (UAX #15) and case folding, without accents and without what has no width. It is for matching
only: what goes on to the model is the text itself.
"""

import re
import unicodedata
from functools import cache
from itertools import islice
from typing import Final

import numpy as np
from confusable_homoglyphs import confusables

from agents.guardrails.view import View

MAX_FOLDED: Final = 3
"""Characters that one is folded to, as `ﬃ` is. Of what stands for more, an Arabic ligature for eighteen, two are kept:
a text of them must not take long."""
MAX_SPELT: Final = 50
"""Most runs of single letters that are closed up in one text."""
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d\u180e\u2800")
"""Characters without a width that are not of the category Cf."""
_ACCENTS: Final = range(0x0300, 0x0370)
_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_WORD: Final = re.compile(r"[^\W\d_]+")
_FOREIGN_WORD: Final = re.compile(r"(?<![^\W\d_])[a-zA-Z]*[^\x00-\x7f\W\d_][^\W\d_]*")
"""A word with letters that are not ASCII; it is only looked for where a word begins, so in linear time."""
_SPELT: Final = re.compile(r"(?<![^\W_])(?:[^\W_](?:[ .*|/\\_~+-]{1,2}|\n)){3,400}[^\W_](?![^\W_])")
"""At least four single letters, each followed by the same kind of little gap."""
_GAP: Final = re.compile(r"[ .*|/\\_~+\n-]")
_LEET_WORD: Final = re.compile(r"(?<![a-z0-9@$!|+])[a-z2689!|+]*[013457@$][a-z0-9@$!|+]*")
"""A word with a sign that stands for a letter; it is only looked for where a word begins, so in linear time."""
_LEET: Final = str.maketrans("013457@$!|+", "oieastasiit")
_LEAST_LEET: Final = 3
_LETTER: Final = re.compile("[a-z]")
_MOSTLY: Final = 0.5


class _Folding(dict[int, str]):
    """What each character becomes, worked out the first time it is met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    code = ord(character)
    if unicodedata.category(character) == "Cf" or character in _INVISIBLE or any(code in some for some in _SELECTORS):
        return ""
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    bare = "".join(part for part in decomposed if ord(part) not in _ACCENTS)
    composed = unicodedata.normalize("NFC", bare)
    return composed if len(composed) <= MAX_FOLDED else composed[:2]


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """`text` in lower case, compatibility characters replaced, without accents and invisible characters."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def folded(raw: View) -> View:
    """The folded reading, with the way back."""
    text = raw.text
    if text.isascii():
        return View(text.lower(), raw.starts, raw.inside)
    result = text.translate(_FOLDING)
    changed = {code: len(_FOLDING[code]) for code in map(ord, set(text)) if len(_FOLDING[code]) != 1}
    if not changed:
        return View(result, raw.starts, raw.inside)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.ones(int(codes.max()) + 1, dtype=np.int8)  # of each character's folding
    lengths[list(changed)] = list(changed.values())
    return raw.reread(result, np.repeat(np.arange(len(text)), lengths[codes]))


@cache
def _latin() -> dict[int, str]:
    """Letters of other scripts that look like a Latin one, after folding: Unicode's confusables (UTS #39)."""
    looks: dict[int, str] = {}
    for character, others in confusables.confusables_data.items():
        if len(character) != 1 or character.isascii() or not character.isalpha():
            continue
        latin = [fold(other["c"]) for other in others if other["c"].isascii() and other["c"].isalpha()]
        mine = fold(character)
        if latin and len(mine) == 1 and len(latin[0]) == 1 and not mine.isascii():
            looks.setdefault(ord(mine), latin[0])
    return looks


def unmasked(view: View) -> View:
    """Look-alike letters as Latin ones, in words that mix scripts, or that are all look-alikes in a Latin text."""
    if view.text.isascii():
        return view
    others = len(_FOREIGN_WORD.findall(view.text))
    if not others:
        return view
    looks = _latin()
    words = len(_WORD.findall(view.text))
    mostly_latin = words - others >= _MOSTLY * words

    def as_latin(match: re.Match[str]) -> str:
        word = match.group()
        foreign = [character for character in word if not character.isascii()]
        if not all(ord(character) in looks for character in foreign):
            return word
        return word.translate(looks) if mostly_latin or len(foreign) < len(word) else word

    return View(_FOREIGN_WORD.sub(as_latin, view.text), view.starts, view.inside)


def closed_up(view: View) -> View:
    """Words that were spelt with gaps, `i g n o r e` or `i.g.n.o.r.e`, written together."""
    gaps = [
        match.start() + gap.start()
        for match in islice(_SPELT.finditer(view.text), MAX_SPELT)
        for gap in _GAP.finditer(match.group())
        if not _between_words(match.group(), gap.start())
    ]
    if not gaps:
        return view
    kept = np.setdiff1d(np.arange(len(view.text)), np.asarray(gaps), assume_unique=True)
    return view.reread("".join(view.text[place] for place in kept.tolist()), kept)


def _between_words(spelt: str, place: int) -> bool:
    """Whether a gap is the wide one between two words: only its first character then goes."""
    return place > 0 and bool(_GAP.fullmatch(spelt[place - 1]))


def unleeted(view: View) -> View:
    """Digits and signs that stand for letters, `1gn0r3`, as letters: only in words that have some of both."""

    def as_letters(match: re.Match[str]) -> str:
        word = match.group()
        return word.translate(_LEET) if len(word) >= _LEAST_LEET and _LETTER.search(word) else word

    text = _LEET_WORD.sub(as_letters, view.text)
    return view if text == view.text else View(text, view.starts, view.inside)
