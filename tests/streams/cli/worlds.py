"""The command line over a world: what it would read from topics, and where it would send to, is the world's."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from types import ModuleType

import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams.cli import app


def over_worlds(
    monkeypatch: pytest.MonkeyPatch, group: str, sender: ModuleType, reads: Iterable[tuple[ModuleType, str]]
) -> Callable[..., Result]:
    """A group of commands in, what runs one of them over a world out.

    `reads` are the functions that the world has in place of a module's; `sender` is the module that opens an outbox.
    """
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("COLUMNS", "300")

    def running(world: object, *arguments: str) -> Result:
        for module, name in reads:
            monkeypatch.setattr(module, name, getattr(world, name))
        monkeypatch.setattr(sender, "KafkaOutbox", lambda *_: nullcontext(world))
        return CliRunner().invoke(app, [group, *arguments])

    return running
