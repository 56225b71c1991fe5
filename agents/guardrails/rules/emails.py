"""E-mail addresses, as they are typed and as people hide them from harvesters."""

import re
from collections.abc import Iterable
from typing import ClassVar, Final

from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from schemas.guardrails import Stage

_IN_LOCAL: Final = frozenset("._+%'~&-")
"""What mailboxes' names have beside letters and digits; RFC 5321 allows more, which nobody uses."""
_LONGEST_LOCAL: Final = 64
_LONGEST_DOMAIN: Final = 255
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+[^\W\d_][\w-]{{0,22}}[^\W_]")
_HIDDEN_AT: Final = re.compile(r"\s{0,2}[\[({<]\s?at\s?[\])}>]\s{0,2}", re.IGNORECASE)
_DOT: Final = r"(?:\.|\s{0,2}[\[({<]\s?dot\s?[\])}>]\s{0,2})"
_HIDDEN_DOMAIN: Final = re.compile(rf"(?:{_LABEL}{_DOT})+[^\W\d_]{{2,24}}", re.IGNORECASE)
_SPELT: Final = re.compile(
    r"\b\w[\w.+-]{1,63} at (?:[\w-]{2,63} dot ){1,4}(?:com|org|net|edu|gov|info|io|de|fr|uk|us|eu|ca|au|nl|ch|se|"
    r"pl|es|br|jp|ru|cn)\b",
    re.IGNORECASE,
)
_FILES: Final = frozenset(
    "png jpg jpeg gif svg webp ico bmp css js mjs ts tsx jsx json html htm xml yaml yml toml md txt log py rb go rs "
    "java"
    "zip gz tgz pdf mp4 ttf woff woff2".split()
)
"""Endings of file names with an `@` in them, such as `logo@2x.png`; none is a top-level domain but `md` and `py`."""
_MACHINES: Final = frozenset(("git", "svn", "hg"))
"""Who logs in at a repository: no person's mailbox."""


class EmailOptions(RuleOptions):
    """What `email` can be told."""

    allowed_domains: tuple[str, ...] = ()
    """Domains whose addresses pass, with their subdomains: a company's own, say."""


class EmailRule(PatternRule[EmailOptions]):
    """E-mail addresses."""

    name: ClassVar[str] = "email"
    about: ClassVar[str] = "E-mail addresses, also written as `name [at] host [dot] tld`. Repository URLs pass."
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = EmailOptions

    def spot(self, text: str) -> Iterable[Hit]:
        """Every address in `text`."""
        at = text.find("@")
        while at >= 0:
            domain = _DOMAIN.match(text, at + 1, at + 1 + _LONGEST_DOMAIN)
            start = _local_start(text, at) if domain else at
            if domain and start < at and self._is_address(text, start, text[start:at], domain.group()):
                yield hit(1, "An e-mail address.", start, domain.end())
            at = text.find("@", domain.end() if domain else at + 1)
        for sign in _HIDDEN_AT.finditer(text):
            domain = _HIDDEN_DOMAIN.match(text, sign.end(), sign.end() + _LONGEST_DOMAIN)
            start = _local_start(text, sign.start())
            if domain and start < sign.start():
                yield hit(0.9, "An e-mail address with its signs spelt out.", start, domain.end())
        for match in _SPELT.finditer(text) if " dot " in text else ():
            yield hit(0.8, "An e-mail address with its signs spelt out.", match.start(), match.end())

    def _is_address(self, text: str, start: int, local: str, domain: str) -> bool:
        domain = domain.lower()
        if (
            local.lower() in _MACHINES
            or ".." in local
            or (domain.rsplit(".", maxsplit=1)[-1] in _FILES and domain[0].isdigit())
        ):
            return False
        if (
            text[max(0, start - 1) : start] in (":", "/")
            and "//" in text[max(0, start - 80) : start].rsplit(" ", maxsplit=1)[-1]
        ):
            return False  # the password of a URL: what rules about secrets look for
        return not any(domain == allowed or domain.endswith(f".{allowed}") for allowed in self.options.allowed_domains)


def _local_start(text: str, end: int) -> int:
    """Where the mailbox's name that ends at `end` begins; `end` when there is none."""
    start = end
    while start > max(0, end - _LONGEST_LOCAL) and (text[start - 1].isalnum() or text[start - 1] in _IN_LOCAL):
        start -= 1
    while start < end and not (text[start].isalnum() or text[start] in "_+"):
        start += 1
    return start if text[end - 1 : end] != "." else end
