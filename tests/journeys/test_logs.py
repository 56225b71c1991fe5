"""What a world logs: every question once, with its trace, and nobody's words."""

import json
import logging
import sys
import threading

import pytest
import structlog

from infra.logs import configure_logs
from infra.telemetry_settings import TelemetrySettings
from schemas.answers import AnswerFailed
from schemas.failures import PermanentError
from streams.trace_texts import IN_LOGS, make_redactor
from tests.journeys.fakes import WordEmbedder
from tests.journeys.feedback_stories import tell
from tests.journeys.stories import FERRY
from tests.journeys.test_traces import CARD, MAIL, TRACE, ask_in_trace
from tests.journeys.traced_world import Told, traced_world
from tests.journeys.world import ask, put

SECRET = "AKIAIOSFODNN7EXAMPLE"  # noqa: S105 - the example of its issuer
PLANTED = f"My card is {CARD}, mail {MAIL}, key {SECRET}: when does the ferry to Hvar leave Split?"


@pytest.fixture
def told(monkeypatch):
    return Told(monkeypatch)


@pytest.fixture
def logged(capsys):
    """Begins to log; what that gives says what was logged since, line by line."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    before = structlog.get_config()

    def begin():
        configure_logs(TelemetrySettings(), redact=make_redactor(IN_LOGS))
        structlog.configure(cache_logger_on_first_use=False)

        def said():
            return capsys.readouterr().err.splitlines()

        return said

    yield begin
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.configure(**before)


class Leaky(WordEmbedder):
    """Says in its error what it was given."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    async def embed_question(self, text):
        logging.getLogger("some.library").error("could not embed: %r", ValueError(text))
        raise self.kind(f"cannot embed: {text}")


@pytest.mark.parametrize("kind", [PermanentError, ValueError, KeyError])
async def test_a_question_that_fails_with_its_text_in_the_error_is_in_no_log_span_or_reason(told, logged, kind):
    """FAILURES 79."""
    said = logged()
    async with traced_world(embedder=Leaky(kind)) as world:
        answer = await ask_in_trace(world, PLANTED)
        letters = await world.events("dead-letters")
    assert isinstance(answer, AnswerFailed)
    lines = said()
    exposed = "\n".join([*lines, *told.lines([""]), *(letter.reason for letter in letters), answer.reason])
    assert [word for word in (CARD, MAIL, SECRET, "leave Split", "My card") if word in exposed] == []
    failed = [line for line in map(json.loads, lines) if line["event"] == "AnswerFailed"]
    assert [(line["query_id"], line["trace_id"], line["level"]) for line in failed] == [("q-1", TRACE, "warning")]


async def test_every_question_document_and_vote_has_one_line_with_its_trace_and_without_a_word_of_it(told, logged):
    """FAILURES 79 and 80."""
    said = logged()
    async with traced_world() as world:
        await put(world, "ferry", f"{FERRY} Write to {MAIL}, pay with {CARD}, and use {SECRET}.")
        first = await ask_in_trace(world, PLANTED)
        second = await ask(world, "When does the ferry to Hvar leave Split?")
        await tell(world, first.answer_id, score=1, comment=f"Write to {MAIL}")
    raw = said()
    assert [word for word in (CARD, MAIL, SECRET, "leave", "morning") if word in "".join(raw)] == []
    lines = [json.loads(line) for line in raw]
    answers = {line["query_id"]: line["trace_id"] for line in lines if "query_id" in line}
    assert answers == {each.query_id: each.provenance.trace_id for each in (first, second)}
    events = [line["event"] for line in lines]
    assert [events.count(name) for name in ("DocumentIndexed", "FeedbackGiven")] == [1, 1]
    assert len([line for line in lines if "query_id" in line]) == 2
    exported = {(each.context.trace_id, each.context.span_id) for each in told.spans}
    assert {(int(line["trace_id"], 16), int(line["span_id"], 16)) for line in lines} <= exported
