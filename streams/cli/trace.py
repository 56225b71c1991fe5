"""`ragstream trace`."""

import asyncio
from functools import partial
from typing import Annotated, Any

import typer

from infra.settings import Settings
from infra.telemetry import TRACES, exports
from infra.trace_files import lines_with
from schemas.failures import ConfigurationError, TransientError
from streams.cli.options import Json, new_app
from streams.cli.output import NotRunningError, plain, showing_progress, stderr, stdout, write_json
from streams.cli.settings import kafka_of, load_settings
from streams.cli.trace_notes import notes_of
from streams.cli.waterfall import render_waterfall, summary_line
from streams.trace_log import trace_id_of
from streams.trace_spans import TRACE_ID, Lines
from streams.trace_tree import MOST_ROWS, Found, Row, look_up, summary, whole

app = new_app()


@app.command()
def trace(
    wanted: Annotated[str, typer.Argument(metavar="ANSWER_ID|DOC_ID|TRACE_ID", help="As `ask --json` shows them.")],
    *,
    tenant: Annotated[
        str | None, typer.Option(help="Whose, where several have a document of that id; else the latest one's.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what happened to a question or a document, stage by stage, and how long each took.

    It reads the trace files of all processes that ran with this home folder; of a document the latest trace. Where
    there are none it looks the trace's id up in the answers or in the index's log, so that you can ask your collector.

    Exit code 3 when nothing of it is found.
    """
    settings = load_settings()
    lines = partial(lines_with, settings.home / TRACES)
    with showing_progress(machine=as_json) as progress:
        progress("Reading the traces")
        found = look_up(wanted, lines, tenant) or (whole(wanted, lines) if TRACE_ID.fullmatch(wanted) else None)
        if found is None:
            progress("Asking Kafka")
            found = _known_to_kafka(settings, wanted, tenant, lines)
    told = summary(found.rows)
    if as_json:
        write_json(
            {
                "trace_id": found.trace_id,
                "earlier": found.earlier,
                "summary": told,
                "spans": [_facts(row) for row in found.rows],
            }
        )
        return
    render_waterfall(stdout(), found.rows)
    if told is not None:
        stdout().print(summary_line(told), soft_wrap=True)
    if len(found.rows) == MOST_ROWS:
        stderr().print(f"only the first {MOST_ROWS} spans are shown")
    if found.earlier:
        stderr().print(f"earlier traces of it: {plain(', '.join(found.earlier))}", soft_wrap=True)


def _known_to_kafka(settings: Settings, wanted: str, tenant: str | None, lines: Lines) -> Found:
    """What the trace files have of the trace that Kafka names. Raises `NotRunningError` that says where to look."""
    try:
        trace_id = asyncio.run(trace_id_of(wanted, kafka_of(settings), settings.namespace, tenant))
    except (ConfigurationError, TransientError) as error:
        raise NotRunningError(f"no trace file names {wanted}, and Kafka cannot be asked: {error}") from None
    if trace_id is None:
        whose = "" if tenant is None else f" of tenant {tenant}"
        raise NotRunningError(
            f"nothing is known of {wanted}: no trace file, no answer and no document{whose} has that id"
        )
    found = whole(trace_id, lines)
    if found is None:
        raise NotRunningError(f"the trace of {wanted} is {trace_id}, and {_why(settings)}")
    return found


def _why(settings: Settings) -> str:
    if exports(settings.telemetry):
        return "its spans went to the collector: look it up there"
    if not settings.telemetry.trace_file_mib:
        return "no trace files are written: set RAGSTREAM_TELEMETRY__TRACE_FILE_MIB"
    return f"its spans are not in {settings.home / TRACES}: they went elsewhere, or newer ones took their place"


def _facts(row: Row) -> dict[str, Any]:
    span = row.span
    return {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id or None,
        "name": span.name,
        "service": span.service,
        "depth": row.depth,
        "start_ms": round(row.start_ms, 3),
        "duration_ms": round(span.ms, 3),
        "shared": row.shared or None,
        "error": span.error or None,
        "notes": notes_of(span),
        "attributes": dict(span.attributes),
        "links": [{"trace_id": trace_id, "span_id": span_id} for trace_id, span_id in span.links],
    }
