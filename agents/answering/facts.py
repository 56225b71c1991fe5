"""A sentence in, what must not differ between a statement and its evidence out: its numbers, and what it denies.

Words may be replaced by others in a paraphrase; a number may not, and neither may a "not". Rules of thumb for languages
written with spaces; for Chinese and Japanese only whether something is denied at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from agents.answering.names import NOUNS_IN_CAPITALS
from agents.answering.terms import terms_of
from schemas.chunks import UNDETERMINED

_NUMBER: Final = re.compile(r"[0-9]+(?:[.,:'’\u00a0\u202f][0-9]+)*")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[.,'’\u00a0\u202f][0-9]{3})+")
_SEPARATOR: Final = re.compile(r"[.,:'’\u00a0\u202f]")
_WORDS: Final = {
    "en": "two three four five six seven eight nine ten eleven twelve",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
}
"""Two to twelve: in each language "one" is an article or a pronoun as well."""
_NUMBER_WORDS: Final = {
    language: {word: str(number) for number, word in enumerate(words.split(), 2)} for language, words in _WORDS.items()
}
_DENIALS: Final = {
    "en": "not no never none nothing neither nor without cannot hardly",
    "de": "nicht kein keine keinen keinem keiner keines nie niemals ohne nichts weder",
    "fr": "pas jamais aucun aucune sans rien ni",
    "es": "no nunca jamás sin ningún ninguna ninguno tampoco ni nada",
    "it": "non mai senza nessun nessuna nessuno niente né",
    "pt": "não nunca jamais sem nenhum nenhuma nada nem",
    "nl": "niet geen nooit zonder niets noch",
}
_DENIAL_WORDS: Final = {language: frozenset(words.split()) for language, words in _DENIALS.items()}
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[,;:()—]")
_CONTRACTED: Final = re.compile(r"n['’]t$")
_DENIED_IN_HAN: Final = re.compile("[不没沒未無无]|ない|ません|なかった")
_TURNS: Final = frozenset("but aber sondern mais pero sino ma mas maar".split())
"""As good as a comma."""
_AFTER: Final = 3
"""Terms after a denial that it is taken to be about, within its clause."""
_BEFORE: Final = 2
"""Terms before it: the verb in German, the subject elsewhere."""
_WORDS_NEAR: Final = 12
_NAMED_TOGETHER: Final = re.compile(
    r"(?<=\s)([A-Z][^\W\d_]+)(?=(?: (?:of|the|de|du|la|del|di|da|van|von)){0,2} ([A-Z][^\W\d_]+))"
)
_NAME_WIDTH: Final = 3
"""Terms from one word of a name to the next."""


@dataclass(frozen=True)
class Facts:
    """What two sentences that say the same agree in."""

    numbers: frozenset[str]
    """In digits, without separators of thousands, with a point before decimals."""
    denied: tuple[frozenset[str], ...]
    """Of each denial the terms that it is about."""
    denies_in_han: bool


def facts_of(text: str, language: str = UNDETERMINED) -> Facts:
    """The facts of `text`, in the language with that ISO 639 code; English words where there is no list for it."""
    folded = text.casefold()
    words = _NUMBER_WORDS.get(language, _NUMBER_WORDS["en"])
    numbers = {_written_out(found) for found in _NUMBER.findall(folded)}
    numbers |= {words[word] for word in _WORD.findall(folded) if word in words}
    return Facts(frozenset(numbers), tuple(_denied(folded, language)), _DENIED_IN_HAN.search(text) is not None)


def agree(claim: Facts, claim_terms: frozenset[str], evidence: Facts) -> bool:
    """Whether the claim has no number that the evidence lacks, and denies what the evidence denies, nothing else."""
    if not claim.numbers <= evidence.numbers or claim.denies_in_han != evidence.denies_in_han:
        return False
    contradicted = [scope for scope in evidence.denied if 2 * len(scope & claim_terms) >= len(scope)]
    return _paired(claim.denied, evidence.denied) and _paired(contradicted, claim.denied)


def merged(facts: Iterable[Facts]) -> Facts:
    """The facts of several sentences together."""
    each = tuple(facts)
    return Facts(
        frozenset().union(*(one.numbers for one in each)),
        tuple(scope for one in each for scope in one.denied),
        any(one.denies_in_han for one in each),
    )


def names_stand_together(claim: str, evidence: str, language: str = UNDETERMINED) -> bool:
    """Whether words that make one name in `claim` ("Islamic State of Africa") stand near each other in `evidence`.

    Always so in German, where every noun has a capital.
    """
    pairs = () if language in NOUNS_IN_CAPITALS else _NAMED_TOGETHER.findall(claim)
    if not pairs:
        return True
    said = terms_of(evidence, language)
    places: dict[str, list[int]] = {}
    for at, term in enumerate(said):
        places.setdefault(term, []).append(at)
    for pair in pairs:
        one, other = (terms_of(word, language)[:1] for word in pair)
        near = (abs(a - b) for term in one for a in places.get(term, ()) for b in places.get("".join(other), ()))
        if one and other and min(near, default=_NAME_WIDTH + 1) > _NAME_WIDTH:
            return False
    return True


def _paired(denied: Iterable[frozenset[str]], others: Iterable[frozenset[str]]) -> bool:
    """Whether each of `denied` has one of `others` to itself that is about the same."""
    left = list(others)
    for scope in denied:
        other = next((each for each in left if _same(scope, each)), None)
        if other is None:
            return False
        left.remove(other)
    return True


def _same(scope: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two denials are about the same, though in other words or another order."""
    return 2 * len(scope & other) >= min(len(scope), len(other))


def _written_out(number: str) -> str:
    return _SEPARATOR.sub("", number) if _GROUPED.fullmatch(number) else _SEPARATOR.sub(".", number)


def _denied(folded: str, language: str) -> Iterable[frozenset[str]]:
    denials = _DENIAL_WORDS.get(language, _DENIAL_WORDS["en"])
    words = _WORD.findall(folded)
    for at, word in enumerate(words):
        if word in denials or _CONTRACTED.search(word):
            after = _terms_near(words[at + 1 : at + 1 + _WORDS_NEAR], _AFTER, language, denials)
            before = _terms_near(words[max(0, at - _WORDS_NEAR) : at][::-1], _BEFORE, language, denials)
            about = after or before or terms_of(" ".join(words[at + 1 : at + 1 + _WORDS_NEAR]), language)[:_AFTER]
            if about:
                yield frozenset((*about, *before))


def _terms_near(words: list[str], most: int, language: str, denials: frozenset[str]) -> list[str]:
    """The first terms up to the next mark of punctuation."""
    clause: list[str] = []
    for word in words:
        if not word[0].isalnum() or word in _TURNS:
            break
        if word not in denials:
            clause.append(word)
    return terms_of(" ".join(clause), language)[:most]
