"""What a language model writes in, sentences worth checking out; it also says when the rest is not worth reading.

Models think aloud first, announce what they are about to say, say that there is no answer, repeat themselves without
end, or go on with a question of their own. What they write after that is never read.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

from agents.answering.markers import REFERENCE, References, read_references
from agents.answering.prompting import NO_ANSWER
from agents.answering.sentence_stream import SentenceStream
from agents.answering.terms import words_of

Ending = Literal["", "no-answer", "repeats", "continues", "enough"]

MOST_SENTENCES: Final = 12
_THOUGHT: Final = re.compile(r"<(?:think|thinking|thought)>")
_THOUGHT_ENDS: Final = re.compile(r"</(?:think|thinking|thought)>")
_TAG: Final = 12
"""Characters of the longest tag."""
_CONTINUES: Final = re.compile(
    r"(?:\[[0-9]{1,3}\])?\W{0,4}(?:(?:user|human|system|assistant|instructions?|next question|question|frage|pregunta|q"
    r"|sources?|references?|citations?|passages?|context)\s?(?:[0-9]{1,3}|\[[0-9]{1,3}\])?\W{0,2}:|</?data\b|<\|)",
    re.IGNORECASE,
)
_COPIED_FENCE: Final = re.compile(r"\s*(?:\[[0-9]{1,3}\] ?)?<data [0-9a-f]+[^>\n]*>\s*")
_FENCE: Final = re.compile(r"\s*</?data [0-9a-f]{10}\b")
_ANSWER: Final = re.compile(
    r"(?:the |final )?(?:answer|antwort|réponse|respuesta)(?: is| ist| est| es)?\s?:\s*", re.IGNORECASE
)
_SOURCE: Final = (
    r"(?:the |der |dem |den |les? |la |l['’]|las? |los? |el )?(?:provided |given |above |numbered )?"
    r"(?:passages?|passagen|sources?|quellen?|textes?|texts?|textos?|documents?|dokumente?n?|documentos?|contexts?"
    r"|information|fuentes?|pasajes?)(?: provided| given| above| [0-9]{1,3})?"
)
_LEAD_IN: Final = re.compile(
    rf"(?:according to|based on|as (?:stated|mentioned|described) in|laut|gemäß|selon|d['’]après|según) "
    rf"(?:(?:{_SOURCE})(?: ?{REFERENCE})*|(?:{REFERENCE} ?)+)\s?,\s*",
    re.IGNORECASE,
)
_NO_ANSWER: Final = re.compile(rf"\W*{NO_ANSWER}\b")
_ONLY_NO_ANSWER: Final = re.compile(rf"\W*{NO_ANSWER}\W*", re.IGNORECASE)
_IN_PARENTHESES: Final = re.compile(r"\(([0-9]{1,2})\)([.!?]?)$")
_ENDS_WHOLE: Final = re.compile(r"[.!?…。！？؟।:][\"'”’»)\]*_`]*$|```$|\]$")


class ModelText:
    """Reads one answer as it grows."""

    def __init__(self, passages: int) -> None:
        """`passages` is how many there are to point at."""
        self.ending: Ending = ""
        """Why the rest is not to be read; empty as long as it is."""
        self._passages = passages
        self._stream = SentenceStream()
        self._seen: set[tuple[str, ...]] = set()
        self._length = 0
        self._thought = _Thought()

    def feed(self, piece: str) -> Iterator[References]:
        """The sentences that are whole now, each without its references, which are told beside it."""
        self._length += len(piece)
        return self._worth_checking(self._stream.feed(self._thought.stripped(piece)))

    def flush(self, written_tokens: int, most_tokens: int) -> Iterator[References]:
        """What is left; without a half sentence where the model was cut off at `most_tokens`.

        `written_tokens` is 0 where nobody counted: then it is guessed from the text's length.
        """
        yield from self._worth_checking(self._stream.feed(self._thought.rest()))
        cut_off = (written_tokens or self._length // 3) >= most_tokens
        rest = (each for each in self._stream.flush() if not cut_off or _ENDS_WHOLE.search(each))
        yield from self._worth_checking(rest)

    def _worth_checking(self, sentences: Iterator[str]) -> Iterator[References]:
        for sentence in sentences:
            if self.ending:
                return
            if not self._seen:  # small models begin by copying the question's fence; later on it begins another text
                sentence = _COPIED_FENCE.sub("", sentence, count=1)  # noqa: PLW2901
            sentence, *fenced = _FENCE.split(sentence, maxsplit=1)  # noqa: PLW2901
            self.ending = "continues" if fenced and not sentence else self._ends_with(sentence)
            found = read_references(self._in_brackets(_without_lead_in(sentence)))
            if self.ending or not found.text.strip():
                continue
            said = tuple(words_of(found.text))
            if said and said in self._seen:
                self.ending = "repeats"
                return
            self._seen.add(said)
            yield found
            if fenced or len(self._seen) == MOST_SENTENCES:
                self.ending = "continues" if fenced else "enough"

    def _in_brackets(self, sentence: str) -> str:
        """`sentence` with a passage's number in brackets, where a model put it in parentheses at the end."""
        found = _IN_PARENTHESES.search(sentence)
        if found is None or not 0 < int(found[1]) <= self._passages:
            return sentence
        return f"{sentence[: found.start()]}[{found[1]}]{found[2]}"

    def _ends_with(self, sentence: str) -> Ending:
        if _NO_ANSWER.match(sentence) or _ONLY_NO_ANSWER.fullmatch(sentence):
            return "no-answer"
        return "continues" if _CONTINUES.match(sentence) else ""


class _Thought:
    """Takes the thought off that a text begins with."""

    def __init__(self) -> None:
        self._held = ""
        self._inside: bool | None = None
        """None as long as it isn't known whether the text begins with a thought."""

    def stripped(self, piece: str) -> str:
        """What is certainly no part of a thought."""
        if self._inside is False:
            return piece
        self._held += piece
        if self._inside is None:
            self._held = self._held.lstrip()
            if len(self._held) < _TAG and self._held[:1] in {"", "<"}:
                return ""
            self._inside = _THOUGHT.match(self._held) is not None
        if not self._inside:
            return self.rest()
        ended = _THOUGHT_ENDS.search(self._held)
        if ended is None:
            self._held = self._held[-_TAG:]
            return ""
        rest, self._held, self._inside = self._held[ended.end() :], "", False
        return rest

    def rest(self) -> str:
        """What was held back, now that it can't be the beginning of a thought any more."""
        rest, self._held = "" if self._inside or _THOUGHT.match(self._held) else self._held, ""
        return rest


def _without_lead_in(sentence: str) -> str:
    """`sentence` without "Answer:" and without "According to the passages," before it."""
    bare = _LEAD_IN.sub("", _ANSWER.sub("", sentence, count=1) if _ANSWER.match(sentence) else sentence, count=1)
    return bare if bare == sentence else bare[:1].upper() + bare[1:]
