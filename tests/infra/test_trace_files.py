"""Files of spans: bounded, one a process, read line by line."""

import json
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SpanExportResult

from infra.trace_files import TraceFileExporter, lines_with
from schemas.failures import ConfigurationError
from tests.infra.finished_spans import finished


def trace_id(span):
    return f"{span.get_span_context().trace_id:032x}"


def test_a_span_is_found_by_its_trace(tmp_path: Path) -> None:
    exporter = TraceFileExporter(tmp_path, "ragstream-plan", 1_000_000)
    spans = finished(3)
    assert exporter.export(spans) is SpanExportResult.SUCCESS
    [line] = lines_with(tmp_path, [trace_id(spans[1])])
    assert json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["name"] == "work 1"
    exporter.shutdown()


def test_two_processes_of_a_role_have_files_of_their_own_and_the_next_one_goes_on_with_a_free_one(
    tmp_path: Path,
) -> None:
    one, two = (TraceFileExporter(tmp_path, "ragstream-plan", 1_000_000) for _ in range(2))
    spans = finished(3)
    one.export(spans[:1])
    two.export(spans[1:2])
    one.shutdown()
    three = TraceFileExporter(tmp_path, "ragstream-plan", 1_000_000)
    three.export(spans[2:])
    assert sorted(each.name for each in tmp_path.glob("*.jsonl")) == [
        "ragstream-plan-1.jsonl",
        "ragstream-plan-2.jsonl",
    ]
    assert len(list(lines_with(tmp_path, [trace_id(each) for each in spans]))) == 3
    two.shutdown()
    three.shutdown()


def test_what_a_process_keeps_is_bounded_and_the_newest_is_kept(tmp_path: Path) -> None:
    exporter = TraceFileExporter(tmp_path, "ragstream-plan", 20_000)
    for number in range(100):
        exporter.export(finished(1, number=number))
    held = sum(each.stat().st_size for each in tmp_path.iterdir())
    assert 8_000 < held <= 20_000
    assert list(lines_with(tmp_path, ['"intValue":"99"']))
    assert not list(lines_with(tmp_path, ['"intValue":"0"']))
    exporter.shutdown()


def test_half_a_line_of_a_process_that_was_killed_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "ragstream-plan-1.jsonl").write_text('{"a":"x"}\n{"a":"x', "utf-8")
    assert list(lines_with(tmp_path, ["x"])) == ['{"a":"x"}\n']


def test_a_process_that_goes_on_with_half_a_line_loses_no_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "ragstream-plan-1.jsonl"
    path.write_text('{"half', "utf-8")
    for _ in range(2):
        exporter = TraceFileExporter(tmp_path, "ragstream-plan", 1_000_000)
        exporter.export(finished(1))
        exporter.shutdown()
    half, *whole = path.read_text("utf-8").splitlines()
    assert half == '{"half'
    assert [len(json.loads(line)) for line in whole] == [1, 1]


def test_a_full_disk_is_a_failure_and_no_exception_and_when_there_is_room_again_spans_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "ragstream-plan-1.jsonl"
    path.symlink_to("/dev/full")
    exporter = TraceFileExporter(tmp_path, "ragstream-plan", 1_000_000)
    assert [exporter.export(finished(1)) for _ in range(2)] == [SpanExportResult.FAILURE] * 2
    path.unlink()
    assert exporter.export(finished(1)) is SpanExportResult.SUCCESS
    exporter.shutdown()
    assert len(path.read_text("utf-8").splitlines()) == 1


def test_a_file_that_could_not_be_put_aside_is_tried_again(tmp_path: Path) -> None:
    exporter = TraceFileExporter(tmp_path, "ragstream-plan", 1_000)
    before = tmp_path / "ragstream-plan-1.before.jsonl"
    before.mkdir()
    results = [exporter.export(finished(3))]
    before.rmdir()
    results.append(exporter.export(finished(3)))
    exporter.shutdown()
    assert results == [SpanExportResult.FAILURE, SpanExportResult.SUCCESS]


def test_after_the_end_nothing_is_written(tmp_path: Path) -> None:
    exporter = TraceFileExporter(tmp_path, "ragstream-plan", 1_000_000)
    exporter.shutdown()
    assert exporter.export(finished(1)) is SpanExportResult.FAILURE
    assert (tmp_path / "ragstream-plan-1.jsonl").read_text("utf-8") == ""


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "traces").write_text("a file", "utf-8")
    with pytest.raises(ConfigurationError, match="traces cannot be written to"):
        TraceFileExporter(tmp_path / "traces", "ragstream-plan", 1_000_000)


def test_no_folder_holds_no_lines(tmp_path: Path) -> None:
    assert list(lines_with(tmp_path / "nowhere", ["x"])) == []
