"""A line's fields in, what may be kept of them out: known names only, texts redacted and cut, no exception's text.

An exception's text may quote what was being worked on, so only its class and its place are kept. Names are those of
`schemas/log_fields.py`. Patterns that say by themselves that a secret stands there are looked for in every value.
"""

import logging
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Final
from urllib.parse import unquote

from pydantic import BaseModel, SecretStr

from schemas.failures import RagstreamError, raised_at
from schemas.log_fields import FIELDS, LINE, TEXTS

MAX_FIELD: Final = 512
MAX_TEXT: Final = 300
"""Characters that are kept of a value."""
MAX_ITEMS: Final = 20
FIRST: Final = ("timestamp", "level", "event")
"""Where a person looks first."""
OURS: Final = LINE.keys() - {"event"}
"""What is added to every line by us."""
QUOTING: Final = {"builtins", "pydantic", "pydantic_core", "json"}
"""Modules whose errors repeat the value that they are about."""
STRUCTLOGS: Final = {"_record", "_from_structlog"}
"""What `ProcessorFormatter` adds, and takes away again."""
HIDDEN: Final = "[secret]"
SHORTEST_SECRET: Final = 4
"""A shorter one would be found in half of all words."""
_IN_URL: Final = re.compile(r"(://(?:[^\s/?#:@]*:)?)[^\s/?#]+(?=@)")
"""The password of a URL, or all that it has in front of its host where it has no user."""
_NAMED: Final = re.compile(
    r"(?i)(?<![\w.-])([\w.-]*(?:authorization|password|passwd|passphrase|pwd|secret|token|"
    r"(?:api|access|account|client|encryption|private|secret|shared|signing)[_-]?key))"
    r"""(['"]?\s*[:=]\s*)(?:(?:bearer|basic|token)\s+)?(?:"[^"]*"?|'[^']*'?|[^\s'",;&}]+)"""
)
_COOKIE: Final = re.compile(r"(?i)\b((?:set-)?cookie)(['\"]?\s*[:=]\s*).+", re.DOTALL)
"""All of them, since each has a name of its own."""
_SUSPECT: Final = re.compile(r"[\s=:]")
"""What each of these patterns has in it, and most ids have not."""
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}")
_QUOTED_ERROR: Final = re.compile(r"\b([\w.]*(?:Error|Exception|Group|Timeout))\((?!\)).*", re.DOTALL)
"""The `repr` of an exception, as asyncio and Faust write it; what stands behind it goes, too."""
_QUOTED_CALL: Final = re.compile(r"^(Exception in callback [^(]*)\(.*", re.DOTALL)
"""A callback with its arguments, as asyncio writes it."""
Line = MutableMapping[str, Any]


def secrets_of(settings: BaseModel) -> Iterator[str]:
    """Every secret that the settings hold, those of a list one by one."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from secrets_of(value)
        elif isinstance(value, SecretStr):
            yield from (part.strip() for part in value.get_secret_value().split(","))


def environment_secrets(environment: Mapping[str, str]) -> Iterator[str]:
    """What the variables of OpenTelemetry that hold headers say: `NAME=VALUE,…`, the value percent-encoded or not."""
    for name, given in environment.items():
        if name.startswith("OTEL_") and name.endswith("HEADERS"):
            for value in (each.partition("=")[2].strip() for each in given.split(",")):
                yield from (value, unquote(value))


class Redaction:
    """A processor of structlog's `ProcessorFormatter`, to stand before `remove_processors_meta`."""

    def __init__(self, redact: Callable[[str], str], secrets: Iterable[str] = ()) -> None:
        """`redact` replaces personal data in a text; `secrets` are replaced wherever they stand."""
        self._redact = redact
        known = sorted({each for each in secrets if len(each) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: Any, _method: str, line: Line) -> Line:
        ours = bool(line.get("_from_structlog"))
        in_order = {name: line[name] for name in FIRST if name in line} | dict(line)
        return {name: self._kept(name, value, ours=ours) for name, value in in_order.items() if value is not None}

    def _kept(self, name: str, value: Any, *, ours: bool) -> Any:
        if name in STRUCTLOGS or name in OURS or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)  # JSON has no other numbers
        if isinstance(value, list | tuple | set | frozenset):
            return [self._kept(name, each, ours=ours) for each in list(value)[:MAX_ITEMS]]
        if isinstance(value, Mapping | bytes) or not isinstance(value, str):
            return f"[{type(value).__name__}]"
        if name == "event":
            return self._field(value) if ours else self._text(_unquoted(value))
        if name in TEXTS:
            return self._text(value)
        if name in FIELDS:
            return self._field(value)
        return f"[{len(value)} characters]"

    def _field(self, value: str) -> str:
        return self._scrubbed(value[: 2 * MAX_FIELD])[:MAX_FIELD]

    def _text(self, text: str) -> str:
        """One line of it. A little more than is kept is looked at, so that what a cut would break is recognised."""
        first = text.strip().partition("\n")[0]
        return self._redact(self._scrubbed(first[: 2 * MAX_TEXT]))[:MAX_TEXT]

    def _scrubbed(self, text: str) -> str:
        if self._secrets is not None:
            text = self._secrets.sub(HIDDEN, text)
        if _SUSPECT.search(text):
            text = _IN_URL.sub(rf"\1{HIDDEN}", text)
            for named in (_NAMED, _COOKIE):
                text = named.sub(rf"\1\2{HIDDEN}", text)
            text = _BEARER.sub(rf"\1 {HIDDEN}", text)
        return text if text.isprintable() else "".join(map(_printable, text))


def name_exception(_logger: Any, _method: str, line: Line) -> Line:
    """In place of `exc_info` the error's class, its place, and the classes behind it; our own errors' texts, too.

    Those are written by us, and say what to do.
    """
    given = line.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        chain = list(_chain(error))
        line.setdefault("error", type(error).__name__)
        line.setdefault("at", next((found for each in reversed(chain) if (found := raised_at(each))), [])[-MAX_ITEMS:])
        if len(chain) > 1:
            line.setdefault("causes", [type(each).__name__ for each in chain[1:]])
        if isinstance(error, RagstreamError):
            line.setdefault("reason", str(error))
    return line


def hide_errors(record: logging.LogRecord) -> bool:
    """A filter that passes all, and puts the class in place of each error among a record's arguments.

    The operating system's and libraries' own may keep their text; what Python itself or pydantic raises quotes data.
    """
    if isinstance(record.args, tuple):
        record.args = tuple(map(_shown, record.args))
    elif isinstance(record.args, Mapping):
        record.args = {name: _shown(value) for name, value in record.args.items()}
    return True


def _shown(value: object) -> object:
    if not isinstance(value, BaseException) or isinstance(value, OSError):
        return value
    return _Class(type(value).__name__) if type(value).__module__.partition(".")[0] in QUOTING else value


class _Class(str):
    """Of an error, which looks as an error does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{self}(…)"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came of, as far as ten levels; of a group its first."""
    found: BaseException | None = error
    for _ in range(10):
        if found is None:
            return
        yield found
        found = found.exceptions[0] if isinstance(found, BaseExceptionGroup) else found.__cause__


def _unquoted(text: str) -> str:
    """What a library says, without the objects that it shows."""
    return _QUOTED_ERROR.sub(r"\1(…)", _QUOTED_CALL.sub(r"\1(…)", text))


def _printable(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
