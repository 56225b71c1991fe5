"""A file of JSON lines in, the texts that guardrails are asked about out."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.ports import Subject
from schemas.failures import ConfigurationError
from schemas.guardrails import Stage


@dataclass(frozen=True)
class GivenText:
    """One line of the file, or the text on the command line."""

    text: str
    line: int = 1
    given_id: Any = None
    sources: tuple[str, ...] = ()
    instructions: str = ""

    def subject(self, stage: Stage, tenant: str) -> Subject:
        return Subject(stage=stage, text=self.text, tenant=tenant, sources=self.sources, instructions=self.instructions)


def read_texts(path: Path) -> list[GivenText]:
    """Every line's text, in order; `-` is standard input.

    Raises `ConfigurationError` that names the line which holds none: none is skipped, so that verdicts stay aligned.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if not lines[-1]:
        lines.pop()
    return [_given(line, number, f"{name}, line {number}") for number, line in enumerate(lines, 1)]


def _given(line: bytes, number: int, where: str) -> GivenText:
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):  # a `UnicodeDecodeError` is a `ValueError`
        raise ConfigurationError(f"{where}: it is not JSON in UTF-8; one object a line is wanted") from None
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise ConfigurationError(f"{where}: an object with a string `text` is wanted")
    sources, instructions = found.get("sources", []), found.get("instructions", "")
    if not isinstance(sources, list) or not all(isinstance(each, str) for each in sources):
        raise ConfigurationError(f"{where}: `sources` is not a list of strings")
    if not isinstance(instructions, str):
        raise ConfigurationError(f"{where}: `instructions` is not a string")
    return GivenText(found["text"], number, found.get("id"), tuple(sources), instructions)


def windows(texts: list[GivenText], size: int) -> Iterator[list[GivenText]]:
    """The same, so many at a time."""
    return (texts[start : start + size] for start in range(0, len(texts), size))
