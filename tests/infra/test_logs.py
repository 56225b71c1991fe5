"""Logs: one JSON line each for machines, with trace ids, libraries only from warnings up."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from infra.logs import configure_logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    said = capsys.readouterr()
    assert said.out == "", "standard output belongs to results"
    return [json.loads(line) for line in said.err.splitlines()]


def test_a_call_is_one_json_line_with_what_was_bound(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    with structlog.contextvars.bound_contextvars(stage="plan"):
        structlog.get_logger("streams.runner").info("ready", role="plan")
    (line,) = lines(capsys)
    assert line["event"] == "ready"
    assert line["level"] == "info"
    assert line["stage"] == line["role"] == "plan"
    assert str(line["timestamp"]).endswith("Z")


def test_a_line_inside_a_span_carries_its_ids(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    with TracerProvider().get_tracer("test").start_as_current_span("work") as span:
        structlog.get_logger().info("inside")
    (line,) = lines(capsys)
    assert line["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert line["span_id"] == f"{span.get_span_context().span_id:016x}"


def test_an_exception_is_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    structlog.get_logger().warning("failed", exc_info=ValueError("boom"))
    (line,) = lines(capsys)
    assert "ValueError: boom" in str(line["exception"])


def test_libraries_speak_from_warnings_up_and_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    logging.getLogger("faust.app").info("chatter")
    logging.getLogger("aiokafka.consumer").warning("lost %s", "broker")
    (line,) = lines(capsys)
    assert line["event"] == "lost broker"
    assert line["logger"] == "aiokafka.consumer"


def test_a_library_that_repeats_itself_is_held_back_and_we_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    for number in range(5):
        logging.getLogger("aiokafka").error("no node %d", number)
        structlog.get_logger().warning("waiting", attempt=number)
    assert sorted(str(line["event"]) for line in lines(capsys)) == ["no node 0", *["waiting"] * 5]


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning")
    structlog.get_logger().info("quiet")
    assert lines(capsys) == []


def test_for_a_machine_lines_are_json_even_at_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    configure_logs("info", machine=True)
    structlog.get_logger().info("ready")
    (line,) = lines(capsys)
    assert line["event"] == "ready"
