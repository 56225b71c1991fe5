"""Logs: one JSON line each for machines, with trace ids, libraries only from warnings up."""

import asyncio
import gc
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from infra.log_limiter import OURS
from infra.logs import configure_logs
from infra.telemetry_settings import TelemetrySettings

CARD, MAIL = "4111 1111 1111 1111", "a.user@example.com"
QUESTION = f"my card is {CARD}, mail {MAIL}"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    said = capsys.readouterr()
    assert said.out == "", "standard output belongs to results"
    return [json.loads(line) for line in said.err.splitlines()]


def test_a_call_is_one_json_line_with_what_was_bound(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(TelemetrySettings())
    with structlog.contextvars.bound_contextvars(stage="plan"):
        structlog.get_logger("streams.runner").info("ready", role="plan")
    (line,) = lines(capsys)
    assert line["event"] == "ready"
    assert line["level"] == "info"
    assert line["stage"] == line["role"] == "plan"
    assert str(line["timestamp"]).endswith("Z")


def test_a_line_inside_a_span_carries_its_ids(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(TelemetrySettings())
    with TracerProvider().get_tracer("test").start_as_current_span("work") as span:
        structlog.get_logger().info("inside")
    (line,) = lines(capsys)
    assert line["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert line["span_id"] == f"{span.get_span_context().span_id:016x}"


def test_a_line_outside_of_a_span_has_no_ids_and_one_in_a_thread_has_those_of_the_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """FAILURES 80: inside a handler, a worker thread, a task that began before the span, and with no span."""
    configure_logs(TelemetrySettings())
    log = structlog.get_logger()

    async def handle() -> str:
        begun = asyncio.Event()

        async def early() -> None:
            await begun.wait()
            log.info("early")

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(early())
            with (
                TracerProvider().get_tracer("test").start_as_current_span("work") as span,
                structlog.contextvars.bound_contextvars(stage="answer"),
            ):
                log.info("handler")
                await asyncio.to_thread(log.info, "thread")
                begun.set()
        log.info("after")
        return f"{span.get_span_context().trace_id:032x}"

    trace_id = asyncio.run(handle())
    said = {str(line["event"]): line for line in lines(capsys)}
    for inside in ("handler", "thread"):
        assert said[inside]["trace_id"] == trace_id
        assert said[inside]["stage"] == "answer"
        assert re.fullmatch("[0-9a-f]{16}", str(said[inside]["span_id"]))
    for outside in ("early", "after"):
        assert said[outside].keys().isdisjoint({"trace_id", "span_id", "stage"})


def test_of_an_exception_its_class_and_place_are_told_and_never_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    """FAILURES 79."""
    configure_logs(TelemetrySettings())

    def embed() -> None:
        raise ValueError(QUESTION) from KeyError(QUESTION)

    try:
        embed()
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("asyncio").exception("Task exception was never retrieved")
    for line in lines(capsys):
        assert (line["error"], line["causes"]) == ("ValueError", ["KeyError"])
        assert "test_logs.py" in str(line["at"])
        assert "card" not in json.dumps(line)


def test_what_a_library_says_of_an_exception_is_cut_before_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    """FAILURES 79."""
    configure_logs(TelemetrySettings())
    logging.getLogger("faust").error("[^---Stream]: Crashed reason=%r", ValueError(QUESTION))
    logging.getLogger("asyncio").error("gone\nfuture: <Task exception=ValueError(%r)>", QUESTION)
    first, second = lines(capsys)
    assert first["event"] == "[^---Stream]: Crashed reason=ValueError(…)"
    assert second["event"] == "gone"


def test_of_an_error_that_a_library_puts_in_its_words_the_class_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """FAILURES 79."""
    configure_logs(TelemetrySettings())
    library = logging.getLogger("faust")
    library.error("cannot read: %s", ValueError(QUESTION))
    library.error("cannot use %(what)s", {"what": KeyError(QUESTION)})
    library.error("no connection: %s", ConnectionRefusedError(111, "Connection refused"))
    assert [line["event"] for line in lines(capsys)] == [
        "cannot read: ValueError", "cannot use KeyError", "no connection: [Errno 111] Connection refused",
    ]  # fmt: skip


def test_of_a_callback_that_failed_its_arguments_are_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    """FAILURES 79."""
    configure_logs(TelemetrySettings())

    async def fail() -> None:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        done.set_result(None)
        loop.call_soon(done.set_result, QUESTION)
        await asyncio.sleep(0)

    asyncio.run(fail())
    (line,) = lines(capsys)
    assert (line["event"], line["error"]) == ("Exception in callback Future.set_result(…)", "InvalidStateError")
    assert "card" not in str(line)


def test_what_ends_the_process_or_a_thread_is_a_line_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(TelemetrySettings())

    def crash() -> None:
        raise ValueError(QUESTION)

    structlog.reset_defaults()  # as the command line does when a command is over
    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()
    try:
        crash()
    except ValueError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]  # there is one
    told = lines(capsys)
    assert [(line["event"], line["error"], line["level"]) for line in told] == [
        ("a thread crashed", "ValueError", "critical"),
        ("crashed", "ValueError", "critical"),
    ]
    assert MAIL not in str(told)


def test_an_error_that_nobody_can_catch_is_a_line_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    """FAILURES 79: Python itself prints it whole, with its text."""
    configure_logs(TelemetrySettings())

    class Embedding:
        def __del__(self) -> None:
            raise ValueError(QUESTION)

    Embedding()
    gc.collect()
    (line,) = lines(capsys)
    assert (line["event"], line["error"], line["level"]) == ("an error was ignored", "ValueError", "error")
    assert "__del__" in str(line["at"])
    assert MAIL not in str(line)


def test_of_a_storm_of_poison_the_first_letters_of_a_kind_have_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(TelemetrySettings())
    for number in range(5_000):
        fields = {"stage": "plan", "error": "Malformed", "topic": "documents", "offset": number}
        structlog.get_logger().warning("DeadLettered", **fields)
    structlog.get_logger().warning("DeadLettered", stage="plan", error="PermanentError")
    assert len(lines(capsys)) == OURS + 1


def test_a_line_that_cannot_be_formatted_is_not_printed_with_its_arguments(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """FAILURES 79."""
    configure_logs(TelemetrySettings())
    logging.getLogger("aiokafka").error("got %d", QUESTION)
    (line,) = lines(capsys)
    assert line == {"level": "error", "logger": "aiokafka", "event": "a line could not be logged"}


def test_a_warning_of_python_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(TelemetrySettings())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what earlier tests left behind may be collected just now
        warnings.filterwarnings("always", "old")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    (line,) = lines(capsys)
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


def test_libraries_speak_from_warnings_up_and_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(TelemetrySettings())
    logging.getLogger("faust.app").info("chatter")
    logging.getLogger("streams.faust_driver").info("[^--Table]: Starting...")
    logging.getLogger("aiokafka.consumer").warning("lost %s", "broker")
    (line,) = lines(capsys)
    assert line["event"] == "lost broker"
    assert line["logger"] == "aiokafka.consumer"


def test_a_library_that_repeats_itself_is_held_back_and_we_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(TelemetrySettings())
    for number in range(5):
        logging.getLogger("aiokafka").error("no node %d", number)
        structlog.get_logger().warning("waiting", attempt=number)
    assert sorted(str(line["event"]) for line in lines(capsys)) == ["no node 0", *["waiting"] * 5]


def test_what_we_say_ourselves_of_an_outage_is_bounded_and_of_results_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(TelemetrySettings())
    for number in range(500):
        structlog.get_logger().warning("waiting", attempt=number, error="WeaviateUnwellError")
        structlog.get_logger().info("AnswerServed", answer_id=str(number))
        structlog.get_logger().warning("AnswerFailed", answer_id=str(number))
    said = [str(line["event"]) for line in lines(capsys)]
    assert said.count("waiting") == OURS
    assert said.count("AnswerServed") == said.count("AnswerFailed") == 500


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(TelemetrySettings(log_level="warning"))
    structlog.get_logger().info("quiet")
    assert lines(capsys) == []


def test_for_a_machine_lines_are_json_even_at_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    configure_logs(TelemetrySettings(), machine=True)
    structlog.get_logger().info("ready")
    (line,) = lines(capsys)
    assert line["event"] == "ready"


@pytest.mark.parametrize(("terminal", "form", "person"), [
    (True, "auto", True), (False, "auto", False), (True, "json", False), (False, "console", True),
])  # fmt: skip
def test_the_form_is_as_set_and_by_default_as_stderr_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool, form: Any, person: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    configure_logs(TelemetrySettings(log_format=form))
    structlog.get_logger().info("ready", role="plan")
    said = capsys.readouterr().err
    assert said.startswith("{") != person
    assert ("\x1b[" in said) == (person and terminal)
