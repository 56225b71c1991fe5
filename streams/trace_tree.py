"""Spans in, the rows of a waterfall out: each within its parent, a batch within each of the records that it was for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas import signals
from streams.trace_spans import Lines, SpanRead, spans_named, spans_of

MOST_ROWS: Final = 500
BEGINNINGS: Final = frozenset({"answer", "plan"})
"""Stages at which questions and documents come in."""


@dataclass(frozen=True)
class Row:
    """One line of the waterfall."""

    span: SpanRead
    depth: int
    start_ms: float
    """Since the first record came to Kafka."""
    shared: int = 0
    """How many records the work was for, when it was for more than one."""


@dataclass(frozen=True)
class Found:
    """What is known of an id."""

    trace_id: str
    rows: tuple[Row, ...]
    earlier: tuple[str, ...] = ()
    """Earlier traces of the same document, the newest first."""


def look_up(wanted: str, lines: Lines, tenant: str | None = None) -> Found | None:
    """The trace of an answer, a question or a document; of a document the latest. None when no span names it.

    Several tenants may have a document of one id: `tenant` says whose, and without it that of the latest is shown.
    """
    named = [each for each in spans_named(wanted, lines) if tenant in {None, each.attributes.get(signals.TENANT)}]
    if not named:
        return None
    begun = [each for each in named if each.attributes.get(signals.STAGE) in BEGINNINGS] or named
    whose = begun[-1].attributes.get(signals.TENANT)
    named, begun = ([each for each in some if each.attributes.get(signals.TENANT) == whose] for some in (named, begun))
    newest = begun[-1].trace_id
    traces, earlier = [newest], dict.fromkeys(each.trace_id for each in reversed(begun) if each.trace_id != newest)
    if all(each.attributes.get(signals.DOC_ID) != wanted for each in named):
        traces += dict.fromkeys(each.trace_id for each in named if each.trace_id != newest)  # feedback's are its own
        earlier = {}
    mine = {each.key for each in named if each.trace_id in traces}
    return Found(newest, _rows(_about(spans_of(traces, lines), mine), lines), tuple(earlier))


def whole(trace_id: str, lines: Lines) -> Found | None:
    """A trace as it is; None when there is nothing of it."""
    spans = spans_of([trace_id], lines)
    mine = [each for each in spans if each.trace_id == trace_id]
    return Found(trace_id, _rows(mine, lines)) if mine else None


def summary(rows: Sequence[Row]) -> dict[str, Any] | None:
    """Where the time of an answer went, in milliseconds; None where there is none.

    From the question's own time to the end of the last step, which is the answer's own total: what it took to get into
    Kafka, what it waited there, each step, and what lay between them. To put the answer into a record comes after that.
    """
    answered = next((each.span for each in rows if each.span.attributes.get(signals.STAGE) == "answer"), None)
    if answered is None:
        return None
    within = [each.span for each in rows if each.span.parent_id == answered.span_id and not each.span.is_hop]
    steps = [each for each in within if not each.name.startswith("send ")]
    ended = max((each.end_ns for each in steps), default=answered.end_ns)
    sent = next((each.start_ns for each in within if each.name.startswith("send ")), ended)
    told: dict[str, float] = defaultdict(float)
    for each in steps:
        told[each.name] += each.ms
    worked = (ended - answered.start_ns) / 1e6
    return {
        "sent_ms": round(answered.sent_ms, 3),
        "waited_ms": round(answered.waited_ms, 3),
        "steps_ms": {name: round(ms, 3) for name, ms in told.items()},
        "between_ms": round(worked - sum(told.values()), 3),
        "total_ms": round(answered.sent_ms + answered.waited_ms + worked, 3),
        "packed_ms": round((sent - ended) / 1e6, 3),
    }


def _about(spans: Sequence[SpanRead], wanted: set[tuple[str, str]]) -> list[SpanRead]:
    """Those of `wanted`, what happened within them and because of them, and what they happened within."""
    by_key = {each.key: each for each in spans}
    kept = set(wanted)
    for each in spans:  # oldest first: a parent comes before its children
        if (each.trace_id, each.parent_id) in kept:
            kept.add(each.key)
    for key in wanted:
        above = by_key.get(key)
        while above is not None:
            kept.add(above.key)
            above = by_key.get((above.trace_id, above.parent_id))
    return [each for each in spans if each.key in kept]


def _rows(spans: Sequence[SpanRead], lines: Lines) -> tuple[Row, ...]:
    known = {each.key: each for each in spans}
    children: dict[tuple[str, str], list[SpanRead]] = defaultdict(list)
    for each in spans:
        children[each.trace_id, each.parent_id].append(each)
    shared = _shared_work(spans, lines, known)
    for each in shared:
        children[each.trace_id, each.parent_id].append(each)
    began = min((each.start_ns - each.waited_ms * 1e6 for each in spans), default=0.0)
    rows: list[Row] = []

    def add(span: SpanRead, depth: int, count: int) -> None:
        if len(rows) >= MOST_ROWS:
            return
        rows.append(Row(span, depth, (span.start_ns - began) / 1e6, count))
        below = [(each, count) for each in children[span.key]]
        below += [(each, _count(each)) for each in shared if _is_top(each) and span.key in each.links]
        for each, many in sorted(below, key=lambda pair: pair[0].start_ns):
            add(each, depth + 1, many)

    for each in spans:
        if (each.trace_id, each.parent_id) not in known:
            add(each, 0, 0)
    return tuple(rows)


def _shared_work(spans: Sequence[SpanRead], lines: Lines, known: dict[tuple[str, str], SpanRead]) -> list[SpanRead]:
    """Batches, which have traces of their own, that worked on one of `spans`."""
    linked = {trace_id for each in spans for trace_id, span_id in each.links if (trace_id, span_id) not in known}
    ours = {each.key for each in spans if each.is_hop}
    if not ours:
        return []
    # What was sent together links to the records, and they not to it.
    needles = [*linked, *(f'"spanId":"{span_id}"' for _, span_id in ours)]
    candidates = [each for each in spans_of(needles, lines) if each.key not in known]
    tops = [each for each in candidates if _is_top(each) and any(link in ours for link in each.links)]
    within = spans_of([each.trace_id for each in tops], lines) if tops else []
    return [each for each in within if each.key not in known]


def _is_top(span: SpanRead) -> bool:
    return not span.parent_id and signals.MESSAGING_BATCH_COUNT in span.attributes


def _count(span: SpanRead) -> int:
    return int(span.attributes.get(signals.MESSAGING_BATCH_COUNT, 0))
