"""Words of a question and of a sentence in, which of them contradict each other out. English only.

A question that turns one word of a text around ("the smallest" for "the largest") shares all its other words with it,
so neither shared terms nor a cosine see the difference. The pairs are common ones, written down by hand.
"""

import re
from collections.abc import Iterator
from typing import Final

from agents.answering.terms import stem

_LANGUAGE: Final = "en"
_PAIRS_TEXT: Final = """
open:closed strong:weak first:last before:after more:less more:fewer many:few most:least increase:decrease
increase:reduce large:small big:small largest:smallest biggest:smallest high:low higher:lower highest:lowest old:new
old:young oldest:youngest early:late earlier:later earliest:latest north:south east:west northern:southern
eastern:western internal:external include:exclude import:export win:lose won:lost begin:end start:end start:stop
begin:stop always:never all:none major:minor majority:minority maximum:minimum inside:outside upper:lower above:below
over:under male:female man:woman men:women married:divorced accept:reject allow:forbid allow:prohibit allow:prevent
love:hate good:bad better:worse best:worst rich:poor fast:slow hot:cold heavy:light long:short longest:shortest
wide:narrow tight:loose tightly:loosely densely:loosely dense:sparse simple:complex easy:difficult easy:hard
same:different similar:different common:rare public:private former:latter gain:lose rise:fall rose:fell attack:defend
ally:enemy succeed:fail success:failure agree:disagree support:oppose positive:negative active:passive left:right
top:bottom front:back enter:leave arrive:leave join:leave create:destroy build:destroy buy:sell borrow:lend give:take
give:receive send:receive push:pull expand:shrink expand:contract grow:shrink encourage:discourage encourage:deter
natural:artificial ancient:modern traditional:modern permanent:temporary appear:disappear remember:forget unite:divide
live:die born:died birth:death alive:dead question:answer cause:prevent present:absent deep:shallow full:empty
victory:defeat teacher:student day:night summer:winter direct:indirect conservative:liberal rural:urban local:national
until:since against:for with:without up:down required:optional allowed:forbidden enable:disable on:off
"""
_PREFIXES: Final = ("un", "in", "im", "ir", "il", "non", "dis", "anti")
_SHORTEST: Final = 4
"""Letters of a stem that a prefix can turn around: `able` and `unable`."""
_NEGATION: Final = re.compile(
    r"\b(?:not|no|non|never|(?-i:none)|nobody|nothing|neither|nor|without|cannot|fail(?:s|ed)?|lack(?:s|ed)?|except|rarely|hardly)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _PAIRS_TEXT.split():
        one, other = (stem(word, _LANGUAGE) for word in pair.split(":"))
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


_OPPOSITES: Final = _opposites()


def negated(text: str) -> bool:
    """Whether `text` denies something."""
    return _NEGATION.search(text) is not None


def turned_around(asked: frozenset[str], said: frozenset[str]) -> tuple[str, ...]:
    """Those of the stems `asked` that are not `said` while an opposite is, which is not asked; in alphabetic order."""
    return tuple(sorted(word for word in asked - said if any(each in said - asked for each in _against(word))))


def _against(word: str) -> Iterator[str]:
    yield from _OPPOSITES.get(word, ())
    for prefix in _PREFIXES:
        if len(word) >= _SHORTEST:
            yield prefix + word
        if word.startswith(prefix) and len(word) >= len(prefix) + _SHORTEST:
            yield word.removeprefix(prefix)
