"""Credentials: tokens with an issuer's mark, private keys, passwords in URLs and behind their names."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

import re2

from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from agents.guardrails.secret_patterns import ISSUED, NAMED
from schemas.guardrails import Stage

_KINDS: Final = (*ISSUED, *NAMED)
_PATTERNS: Final = (*ISSUED.values(), *NAMED.values())
_MEMORY: Final = 64 << 20
"""Bytes for the automaton of all patterns: with too few, a set finds nothing and only logs it."""
_LEAST_BITS: Final = 2.4
"""Shannon entropy of a character of a secret; `password1` has 2.9, `aaaaaaa1` 0.5."""
_PLACEHOLDER: Final = re.compile(
    r"your|example|placeholder|redacted|changeme_|dummy|sample|\.\.\.|\*{3}|x{4}|^(?:none|null|true|false|string|str|"
    r"text|required|optional|secret|password|token|env|undefined|self)\b|^[$%]\{?[a-z_]+|\{\{|[({\[]|^<|os\.environ|getenv|^[a-z]+(?:_[a-z]+)*[)\]]?$",
    re.IGNORECASE,
)
"""What stands where a secret will be: in templates, in documentation, in code that reads it from elsewhere."""


class SecretOptions(RuleOptions):
    """What `secret` can be told: nothing yet."""


class SecretRule(PatternRule[SecretOptions]):
    """Credentials of 36 kinds."""

    name: ClassVar[str] = "secret"
    about: ClassVar[str] = (
        "Credentials: tokens of well-known services, private keys, signed tokens, passwords in URLs and behind their "
        "names. Hashes, UUIDs, commits, data URIs and placeholders pass."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = SecretOptions

    def __init__(self, options: SecretOptions) -> None:
        super().__init__(options)
        memory = re2.Options()
        memory.max_mem = _MEMORY
        self._any = re2.Set.SearchSet(memory)
        for pattern in _PATTERNS:
            self._any.Add(pattern)
        self._any.Compile()
        self._single = [re2.compile(pattern) for pattern in _PATTERNS]

    def spot(self, text: str) -> Iterable[Hit]:
        """Every credential in `text`: the secret alone, without the name in front of it."""
        after = 0
        for start, end, number in sorted(self._places(text), key=lambda place: (place[0], -place[1])):
            kind = _KINDS[number]
            if start >= after and (kind in ISSUED or _is_secret(text[start:end], assigned=_assigned(text, start))):
                after = end
                yield hit(1.0 if kind in ISSUED else 0.8, f"A credential: {kind}.", start, end)

    def _places(self, text: str) -> Iterator[tuple[int, int, int]]:
        for number in self._any.Match(text) or ():
            for match in self._single[number].finditer(text):
                start, end = match.span(match.re.groups)
                yield start, end, number


def _assigned(text: str, start: int) -> bool:
    """Whether a sign such as `=` stands before a value, not a verb."""
    return text[max(0, start - 3) : start].rstrip(" '\"`")[-1:] in ("=", ":", ">", "：", "是", "は")


def _is_secret(value: str, *, assigned: bool) -> bool:
    """Whether what stands behind a name is random enough, and not a word that describes it."""
    value = value.rstrip(".,;:!?)")
    if not value.isascii() or _PLACEHOLDER.search(value) or _bits(value) < _LEAST_BITS:
        return False
    digits = any(char.isdigit() for char in value)
    signs = any(not char.isalnum() for char in value.strip("-_/.()"))
    letters = any(char.isalpha() for char in value)
    mixed = any(char.isupper() for char in value[1:]) and any(char.islower() for char in value)
    if assigned:
        return letters and (digits or signs or (mixed and len(value) > 7))  # noqa: PLR2004 - shorter ones are names
    return (letters and digits) or (letters and signs and len(value) > 7)  # noqa: PLR2004


def _bits(value: str) -> float:
    """Shannon entropy of `value` in bits a character."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values()) if value else 0
