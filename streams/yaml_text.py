"""Plain values in, YAML 1.2 in block style out; for what we generate, so that running needs no YAML library."""

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
_RESERVED = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
"""Words that some reader, YAML 1.1 among them, would not take for text."""


def yaml_text(value: dict[str, Any]) -> str:
    """The document of a mapping. Its scalars are JSON's, which YAML 1.2 contains; a trailing line break included."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for name, child in value.items() for line in _entry(f"{_scalar(name)}:", child)]
    return [line for child in value for line in _item(child)]


def _entry(head: str, child: Any) -> list[str]:
    if isinstance(child, dict | list) and child:
        return [head, *(f"  {line}" for line in _lines(child))]
    return [f"{head} {_scalar(child)}"]


def _item(child: Any) -> list[str]:
    if isinstance(child, dict | list) and child:
        first, *rest = _lines(child)
        return [f"- {first}", *(f"  {line}" for line in rest)]
    return [f"- {_scalar(child)}"]


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    return json.dumps(value, ensure_ascii=False)
