"""Questions, embedded once, in; what the monitors of questions tell of many streams of them out. No Kafka."""

import asyncio
import base64
import random
import re
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from agents.monitors import watch
from agents.monitors.state import Watched
from agents.sketches import sketch
from bench.ingest_processes import tell
from bench.question_streams import BEFORE, SHIFT, Kind, Questions, shifting, stationary
from infra.models import ensure_model
from infra.onnx_embedder import open_embedder
from infra.settings import Settings
from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.monitors import SignalsObserved

MONITOR = "question-drift"
AFTER = 1_000
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
EVERY = timedelta(seconds=20)
BATCH = 64

Sketches = Sequence[bytes]
Shown = tuple[str, bytes]
"""The text of a question, and its sketch in base64."""


async def embedded(texts: Sequence[str]) -> Sketches:
    """Sketches, as answers carry them."""
    settings = Settings()
    embedder = open_embedder(settings, await ensure_model(settings, tell))
    found: list[bytes] = []
    try:
        for start in range(0, len(texts), BATCH):
            batch = await asyncio.gather(*(embedder.embed_question(each) for each in texts[start : start + BATCH]))
            found += [base64.b64encode(sketch(vector)) for vector, _ in batch]
    finally:
        embedder.close()
    return found


def measure(questions: Questions, runs: int, shifts: int) -> dict[str, Any]:
    """`runs` streams that do not change, `shifts` of each kind that do."""
    tell(f"Embedding {len(questions.usual) + len(questions.new):,} questions")
    usual = list(zip(questions.usual, asyncio.run(embedded(questions.usual)), strict=True))
    new = list(zip(questions.new, asyncio.run(embedded(questions.new)), strict=True))
    alarms, seconds, state = 0, 0.0, Watched()
    for run in range(runs):
        places = stationary(BEFORE, len(usual), random.Random(run))
        began = time.perf_counter()
        told, state = watched([usual[place] for place in places])
        seconds += time.perf_counter() - began
        alarms += sum(isinstance(each, ConditionRaised) for _, each in told)
        tell(f"  {run + 1} of {runs} streams without a change: {alarms} alerts")
    detector = state.detectors.get(MONITOR)
    return {
        "streams_without_change": runs,
        "alerts_without_change": alarms,
        "ms_a_question": round(1_000 * seconds / (runs * BEFORE), 3),
        "state_bytes": len(detector.model_dump_json()) if detector else 0,
        **{f"shift_{kind}": _shifts(questions, usual, new, kind, shifts) for kind in ("articles", "mixed")},
    }


def watched(stream: Sequence[Shown]) -> tuple[list[tuple[int, ConditionRaised | ConditionCleared]], Watched]:
    """What the monitor told at which question, and the state afterwards."""
    state, told = None, []
    for number, (text, vector) in enumerate(stream):
        event = SignalsObserved(
            event_id=str(number), at=BEGAN + number * EVERY, source="questions", vector=vector, text=text[:1_000]
        )
        state, events = watch(state, event)
        told += [
            (number, each)
            for each in events
            if isinstance(each, ConditionRaised | ConditionCleared) and each.name == MONITOR
        ]
    return told, state or Watched()


def _shifts(
    questions: Questions, usual: Sequence[Shown], new: Sequence[Shown], kind: Kind, count: int
) -> dict[str, Any]:
    alerts, delays, shares, back, examples, names = [], [], [], [], [], []
    for run in range(count):
        stream = shifting(questions, AFTER, kind, random.Random(1_000 + run))
        told, _ = watched([(new if is_new else usual)[place] for is_new, place in stream])
        raised = [(number, each) for number, each in told if isinstance(each, ConditionRaised)]
        alerts.append(len(raised))
        back.append(told[-1][0] - BEFORE - SHIFT if told and isinstance(told[-1][1], ConditionCleared) else None)
        for number, each in raised[:1]:
            delays.append(number - BEFORE)
            shares.append(sum(is_new for is_new, _ in stream[number - 199 : number + 1]) / 200)
            examples.append(share_of_new(each.details, questions.new))
            names.append(each.summary)
        tell(f"  {run + 1} of {count} shifts ({kind}): {alerts[-1]} alerts, {names[-1] if names else ''}")
    ended = [each for each in back if each is not None]
    return {
        "streams": count,
        "alerts": alerts,
        "questions_until_alert": sorted(delays),
        "new_in_window_at_alert": round(statistics.median(shares), 2) if shares else None,
        "examples_that_are_new": round(statistics.mean(examples), 2) if examples else None,
        "resolved": len(ended),
        "questions_until_resolved": sorted(ended),
        "said": names,
    }


def share_of_new(details: dict[str, str], new: Sequence[str]) -> float:
    """Of the questions that are quoted for topics that grew, the share that is of the new kind."""
    quoted = [text for name, told in details.items() if name.startswith("grew") for text in re.findall("“(.*?)”", told)]
    beginnings = {each[:100] for each in new}
    return sum(each[:100] in beginnings for each in quoted) / max(1, len(quoted))
