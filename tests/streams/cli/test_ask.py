import asyncio
import json
from importlib import import_module

import pytest
from typer.testing import CliRunner

from infra.local import progress
from schemas.answers import AnswerBlocked, AnswerDelta, AnswerServed, Citation, Provenance
from schemas.chunks import Span
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


def piece(sequence, text, attempt=0):
    return AnswerDelta(query_id="q", answer_id="a", attempt=attempt, sequence=sequence, text=text)


PIECES = [piece(0, "At nine [1]."), piece(1, " It takes\x1b[31m an hour [2].")]
ANSWER = AnswerServed(
    query_id="q",
    answer_id="a",
    text="At nine [1]. It takes\x1b[31m an hour [2].",
    citations=(Citation(chunk_id="c", doc_id="d", revision=1, span=Span(start=0, end=2), quote="nine", score=1.0),),
)


class StreamingClient(SlowClient):
    items = ()
    asked = None

    async def ask_stream(self, text, **asked):
        type(self).asked = asked
        for item in self.items:
            await asyncio.sleep(0.05)
            yield item


@pytest.fixture
def stream(run, monkeypatch):
    monkeypatch.setattr(import_module("streams.cli.ask"), "RagstreamClient", StreamingClient)

    def streaming(*items, arguments=()):
        monkeypatch.setattr(StreamingClient, "items", items)
        return run("--stream", *arguments)

    return streaming


def test_text_is_shown_as_it_is_released_once_with_its_citations_behind_it(stream):
    result = stream(*PIECES, ANSWER)
    assert result.stdout.splitlines()[0] == "At nine [1]. It takes\\x1b[31m an hour [2]."
    assert result.stdout.count("At nine") == 1
    assert "“nine”" in result.stdout
    assert result.stderr == ""


def test_a_text_that_begins_anew_is_told(stream):
    result = stream(piece(0, "At ten [1]."), *(each.model_copy(update={"attempt": 1}) for each in PIECES), ANSWER)
    assert result.stdout.splitlines()[:2] == ["At ten [1].", "At nine [1]. It takes\\x1b[31m an hour [2]."]
    assert result.stderr == "the answer begins anew; what was shown so far is void\n"


def test_a_later_attempt_is_not_told_where_the_ones_before_showed_nothing(stream):
    result = stream(*(each.model_copy(update={"attempt": 1}) for each in PIECES), ANSWER)
    assert result.stdout.splitlines()[0] == "At nine [1]. It takes\\x1b[31m an hour [2]."
    assert result.stderr == ""


@pytest.mark.parametrize("pieces", [(), PIECES[:1]])
def test_where_pieces_are_missing_the_rest_is_shown_at_the_end(stream, pieces):
    result = stream(*pieces, ANSWER)
    assert result.stdout.splitlines()[0] == "At nine [1]. It takes\\x1b[31m an hour [2]."
    assert (result.stdout.count("At nine"), result.stderr) == (1, "")


def test_where_the_answer_says_something_else_it_is_shown_whole(stream):
    result = stream(piece(0, "At ten [1]."), ANSWER)
    assert result.stdout.splitlines()[:2] == ["At ten [1].", "At nine [1]. It takes\\x1b[31m an hour [2]."]
    assert "begins anew" in result.stderr


def test_an_answer_that_is_blocked_after_all_is_told(stream):
    result = stream(PIECES[0], AnswerBlocked(query_id="q", answer_id="a", reason="personal data"))
    assert "An answer was drafted and blocked: personal data" in result.stdout
    assert result.exit_code == 5


def test_for_a_machine_every_piece_is_a_line_and_the_answer_the_last(stream, monkeypatch):
    monkeypatch.setattr(progress, "EVERY_S", 0.01)
    result = stream(*PIECES, ANSWER, arguments=("--json",))
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["type"] for line in lines] == ["AnswerDelta", "AnswerDelta", "AnswerServed"]
    assert result.stderr == ""


def test_a_conversation_is_named(stream):
    stream(ANSWER, arguments=("--session", "s", "--user", "u"))
    assert (StreamingClient.asked["session_id"], StreamingClient.asked["user_id"]) == ("s", "u")
