"""A question and the turns before it in, the question as it must be put without them out: rules of thumb, no model.

"And in winter?" is put into the question before it; a question with "it" or "there" is given the words that the last
question was about, and one with "he" or "she" also the names in the last answer. What is said need not be good English:
it has to find the passages that the asker means. A question that makes sense on its own stays as it is, since words of
an old topic would only lead the search astray.
"""

import re
from collections.abc import Sequence
from typing import Final

from agents.answering.follow_up_words import FollowUpWords, words_for
from agents.answering.markers import without_references
from agents.answering.names import names_of
from agents.answering.terms import STOP_WORDS, terms_of
from agents.language import language_of
from schemas import languages
from schemas.drafts import Turn

MOST_CHARACTERS: Final = 1_000
_LAST_QUESTION: Final = 300
_FEW_TERMS: Final = 6
"""A question with more terms than these says itself what it is about."""
_PIECE: Final = 2
"""Words of a question that is no sentence."""
_PHRASE: Final = 4
"""Words of one that begins with a preposition."""
_MOST_WORDS: Final = 8
_MOST_NAMES: Final = 3
_WORD: Final = re.compile(r"[^\W_]+(?:[-.'’][^\W_]+)*")
_MARKS: Final = " \t\r\n?？!.…"
_ASKS: Final = re.compile(
    r"(?:what|when|where|who|whose|whom|why|which|how|was|wann|wo|wer|wen|wem|warum|wieso|welche[rsmn]?|wie|que|quoi|quand"
    r"|où|qui|pourquoi|quel(?:le)?s?|comment|combien|qué|cuándo|dónde|quién|quiénes|por qué|cuál|cuáles|cómo|cuánto)\b",
    re.IGNORECASE,
)


def is_follow_up(question: str, turns: Sequence[Turn]) -> bool:
    """Whether `question` can't be understood without the last of `turns`."""
    if not turns:
        return False
    language = _language(question, turns)
    words = words_for(language)
    terms = terms_of(question, language)
    if len(terms) > _FEW_TERMS:
        return False
    fragment = _fragment(question, words)
    if fragment != _bare(question) and not _is_whole(fragment):
        return True
    return not names_of(question, language) and (
        _is_a_piece(question, terms, words) or bool(_pointers(question, words, len(terms)))
    )


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """`question`, or what it means after `turns` (oldest first) where it is a follow-up; one line then."""
    if not is_follow_up(question, turns):
        return question
    language = _language(question, turns)
    words = words_for(language)
    last = " ".join(without_references(turns[-1].question)[0].split())[:_LAST_QUESTION].strip(_MARKS)
    pointers = _pointers(question, words, len(terms_of(question, language)))
    if not pointers and last:
        return _put_into(last, _fragment(question, words), words)[:MOST_CHARACTERS]
    missing = _missing(question, last, language)
    if pointers & words.persons or not missing:
        missing = [*_named(turns[-1].answer, question, language), *missing]
    topic = " ".join(dict.fromkeys(missing))
    bare = " ".join(question.split()).strip(_MARKS)
    return f"{bare} ({topic})?"[:MOST_CHARACTERS] if topic else question


class FollowUpRewriter:
    """A `Rewriter` without a model."""

    async def standalone(self, question: str, turns: Sequence[Turn], *, tenant: str, seconds_left: float) -> str:
        """As the function of the same name."""
        del tenant, seconds_left  # of no use to rules of thumb
        return standalone(question, turns)


def _language(question: str, turns: Sequence[Turn]) -> str:
    """A few words may look like any language; the conversation tells."""
    return language_of(f"{question} {turns[-1].question} {turns[-1].answer[:_LAST_QUESTION]}")


def _bare(question: str) -> str:
    return question.strip(_MARKS + "¿¡")


def _fragment(question: str, words: FollowUpWords) -> str:
    """`question` without "and" or "what about" before it, and without marks around it."""
    bare = _bare(question)
    found = words.beginnings.match(bare)
    return bare[found.end() :] if found else bare


def _is_whole(fragment: str) -> bool:
    """Whether what follows an "and" is a question of its own, such as "who built the tower"."""
    return _ASKS.match(fragment) is not None and len(_WORD.findall(fragment)) > _PIECE


def _is_a_piece(question: str, terms: Sequence[str], words: FollowUpWords) -> bool:
    """Whether `question` is no sentence: "Why?", "How much?", "on public holidays?"."""
    said = _WORD.findall(question.casefold())
    if not said or not (_ASKS.match(question.strip("¿ ")) or "?" in question):
        return False
    if said[0] in words.prepositions and not _ASKS.match(_bare(question)):
        return len(said) <= _PHRASE and not any(map(_ASKS.fullmatch, said))
    return len(terms) <= 1 and len(said) <= _PIECE and "'" not in said[0].replace("’", "'")


def _pointers(question: str, words: FollowUpWords, terms: int) -> set[str]:
    """The words in `question`, which has so many terms, that stand for something else.

    In French one hangs on a verb ("met-il"), also where the subject is named; few terms tell that it isn't.
    """
    said = [word.casefold() for word in _WORD.findall(words.idle.sub(" ", question))]
    if terms <= _PIECE + 1:
        said += [part for word in said for part in word.split("-")[1:]]
    return set(said) & (words.things | words.persons)


def _put_into(last: str, fragment: str, words: FollowUpWords) -> str:
    """The last question with `fragment` in it: in the place of what has the same preposition, or at its end."""
    if not fragment or (_ASKS.match(fragment) and len(_WORD.findall(fragment)) <= _PIECE):
        return f"{last}, {fragment}?" if fragment else f"{last}?"
    first = fragment.split(maxsplit=1)[0].casefold()
    if first not in words.prepositions:
        return f"{last}, {fragment}?"
    end = re.search(rf"\s{re.escape(first)}\s[^\s,]+$", last, re.IGNORECASE)
    return f"{last[: end.start()] if end else last} {fragment}?"


def _missing(question: str, last: str, language: str) -> list[str]:
    """Content words of the last question that `question` doesn't have."""
    had = frozenset(terms_of(question, language))
    stopped = languages.STOP_WORDS.get(language, frozenset()) | STOP_WORDS
    content = [word for word in _WORD.findall(last) if word.casefold() not in stopped and not _ASKS.fullmatch(word)]
    return [word for word in content if had.isdisjoint(terms_of(word, language))][:_MOST_WORDS]


def _named(answer: str, question: str, language: str) -> list[str]:
    """The first names in an answer."""
    asked = question.casefold()
    text, _ = without_references(answer)
    first = _WORD.match(text)
    sentence_first = [first.group()] if first and first.group().casefold() not in STOP_WORDS else []
    names = [*sentence_first, *names_of(text, language)] if names_of(text, language) else []
    return [name for name in dict.fromkeys(names) if name.casefold() not in asked][:_MOST_NAMES]
