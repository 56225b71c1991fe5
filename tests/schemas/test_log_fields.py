"""Fields of log lines: what is said is registered, and what is registered is said."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.log_fields import FIELDS, LINE, TEXTS

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("infra", "streams") for path in (ROOT / folder).rglob("*.py"))
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
SAYS = {"log", "say"}
"""What a logger, or one of its methods, is called in our sources."""
TABLES = {"event_lines.py": "*", "control_events.py": "_place"}
"""Sources in which dictionaries hold fields, and the functions that give them."""


def said_in(path: Path) -> Iterator[str]:
    """Names under which a source logs: keywords of log calls and of bound context, and keys of its tables."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and (_logs(node.func) or _binds(node.func)):
            yield from (each.arg for each in node.keywords if each.arg is not None and each.arg != "exc_info")
        if isinstance(node, ast.FunctionDef) and TABLES.get(path.name) in {"*", node.name}:
            for inner in (each for each in ast.walk(node) if isinstance(each, ast.Dict)):
                yield from (key.value for key in inner.keys if isinstance(key, ast.Constant))
    if path.name == "log_redaction.py":
        yield from ("error", "causes", "at", "reason")
    if path.name == "log_limiter.py":
        yield "held_back"


def _logs(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute) and called.attr in LEVELS:
        return isinstance(called.value, ast.Name) and called.value.id in SAYS
    return isinstance(called, ast.Name) and called.id in SAYS


def _binds(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr in {"bound_contextvars", "bind_contextvars", "bind"}


SAID = {path.relative_to(ROOT): set(said_in(path)) for path in SOURCES}
SAID = {path: names for path, names in SAID.items() if names}


@pytest.mark.parametrize("path", SAID, ids=str)
def test_what_a_source_logs_is_registered(path: Path) -> None:
    assert SAID[path] <= FIELDS.keys() | TEXTS.keys() | LINE.keys()


@pytest.mark.parametrize("name", [*FIELDS, *TEXTS])
def test_what_is_registered_is_logged_somewhere(name: str) -> None:
    assert name in set().union(*SAID.values())


def test_a_name_is_registered_once_and_explained_in_a_sentence() -> None:
    assert not FIELDS.keys() & TEXTS.keys()
    assert not LINE.keys() & (FIELDS.keys() | TEXTS.keys())
    assert all(about.endswith(".") for table in (LINE, FIELDS, TEXTS) for about in table.values())
