"""A question in, what an answering sentence should look like out: a number, a time, a name, a reason, a definition.

English only; a question that fits no row simply expects nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from agents.answering.terms import STOP_WORDS, words_of

_NUMBER_WORD = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|half|dozen|hundreds?|thousands?"
    r"|millions?|billions?)\b"
)
_NUMBER = re.compile(rf"[0-9]|{_NUMBER_WORD}", re.IGNORECASE)
_TIME = re.compile(
    r"\b[0-9]{3,4}s?\b|\b(?:century|centuries|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|decades?|years?|days?|months?|hours?)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,;:(][ ])[A-Z]\w+")
_REASON = re.compile(
    r"\b(?:because|due to|since|therefore|so that|in order to|as a result|caused?|reasons?|led to|thus)\b",
    re.IGNORECASE,
)
_ROWS = (
    (
        r"\bhow (?:many|much|long|old|far|large|big|tall|high|often|fast)\b|\bwhat (?:percentage|number|amount)\b",
        _NUMBER,
    ),
    (r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b", _TIME),
    (r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:person|country|city|state|company|place)\b", _NAME),
    (r"\bwhy\b", _REASON),
)
_EXPECTATIONS = tuple((re.compile(asks, re.IGNORECASE), answers) for asks, answers in _ROWS)
_NEW_NUMBER = re.compile(rf"[0-9][0-9.,]*|{_NUMBER_WORD}", re.IGNORECASE)
_NEW_TIME = re.compile(f"{_TIME.pattern}|{_NEW_NUMBER.pattern}", re.IGNORECASE)
_NEW_NAME = re.compile(r"\b[A-Z][\w'’-]+")
_NEW: Mapping[re.Pattern[str], re.Pattern[str]] = {_NUMBER: _NEW_NUMBER, _TIME: _NEW_TIME, _NAME: _NEW_NAME}
"""What a question that expects the one must find in an answer, in words that it did not use itself."""
_ASKS_DEFINITION = re.compile(
    r"\W*(?:what|who)(?:['\u2019]s|\s+(?:is|are|was|were))\s+(?:an?\s+|the\s+)?(?P<subject>[^?]{2,60})\??\s*",
    re.IGNORECASE,
)
_DEFINES = (
    r"\W*(?:an?\s+|the\s+)?{subject}(?!\w)[^.;]{{0,60}}?(?:\b(?:is|are|was|were|means|refers?|denotes?)\b|:|\s[-–—]\s)"
)

Expectation = Callable[[str], bool]
"""Whether a sentence looks as it should."""


def expected_of(question: str) -> Expectation:
    """True for a sentence that holds the kind of thing that `question` asks for; always false if it asks for none."""
    patterns: Sequence[re.Pattern[str]] = [answers for asks, answers in _EXPECTATIONS if asks.search(question)]
    return lambda sentence: any(pattern.search(sentence) for pattern in patterns)


def lacks_the_expected(question: str, sentence: str) -> bool:
    """True when `question` asks for a number, a time or a name, and `sentence` has none that the question hasn't."""
    wanted = [_NEW[answers] for asks, answers in _EXPECTATIONS if answers in _NEW and asks.search(question)]
    said = frozenset(words_of(question)) | STOP_WORDS
    found = (match.group() for pattern in wanted for match in pattern.finditer(sentence))
    return bool(wanted) and all(said.issuperset(words_of(each)) for each in found)


def definition_for(question: str) -> Expectation:
    """True for a sentence that begins by saying what the subject of `question` is; always false for other questions."""
    asked = _ASKS_DEFINITION.fullmatch(question)
    if asked is None:
        return lambda _: False
    defines = re.compile(_DEFINES.format(subject=re.escape(asked["subject"].strip())), re.IGNORECASE)
    return lambda sentence: defines.match(sentence) is not None
