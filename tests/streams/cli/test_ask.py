import asyncio
from importlib import import_module

import pytest
from typer.testing import CliRunner

from infra.local import progress
from schemas.answers import AnswerServed, Provenance
from streams.cli import app


class SlowClient:
    """Answers after a tenth of a second."""

    def __init__(self, *_, **__): ...
    async def __aenter__(self):
        return self

    async def __aexit__(self, *_): ...
    async def ask(self, *_, **__):
        await asyncio.sleep(0.1)
        used = Provenance(embedder_id="e", generator_id="g", retrieval={"mode": "hybrid", "alpha": 0.5})
        return AnswerServed(query_id="q", answer_id="a", text="yes", provenance=used)


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setattr(import_module("streams.cli.ask"), "RagstreamClient", SlowClient)
    return lambda *arguments: CliRunner().invoke(app, ["ask", "why?", *arguments])


def test_a_quick_answer_comes_without_a_word(run):
    assert run().stderr == ""


def test_who_waits_is_told_on_stderr(run, monkeypatch):
    monkeypatch.setattr(progress, "EVERY_S", 0.02)
    result = run()
    assert result.stderr == "Waiting for the answer\n"
    assert "yes" in result.stdout
    assert run("--json").stderr == ""


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_a_setting_that_the_worker_does_not_have_is_told_since_asking_does_not_change_it(run, monkeypatch, arguments):
    monkeypatch.setenv("RAGSTREAM_ANSWERING__ALPHA", "0.5")
    assert run(*arguments).stderr == ""
    monkeypatch.setenv("RAGSTREAM_ANSWERING__MODE", "dense")
    result = run(*arguments)
    assert result.exit_code == 0
    assert result.stderr.startswith("the worker that answered has another RAGSTREAM_ANSWERING__MODE")
