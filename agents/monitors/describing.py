"""What a detector keeps in, the few numbers that a person asks for out."""

import math
from collections.abc import Mapping
from typing import Any, Final

from agents.monitors.blocks import joined
from agents.monitors.burn_rate import BurnRateState
from agents.monitors.category_shift import CategoryShiftState
from agents.monitors.counting import Window
from agents.monitors.coverage import CoverageState, part_size
from agents.monitors.discrepancy import apart
from agents.monitors.drift_state import QuestionDriftState, means
from agents.monitors.mean_change import MeanChangeState
from agents.monitors.no_data import NoDataState, in_words
from agents.monitors.rate import RateState
from schemas.event import Value
from schemas.monitors import BurnRate, Coverage, MeanChange

MOST_CATEGORIES: Final = 8
Numbers = Mapping[str, str | float | bool]


def describe(state: Value, asked: Value) -> Numbers:
    """By name. Of a state whose inside means nothing to a person only its plain values."""
    match state:
        case BurnRateState() if isinstance(asked, BurnRate):
            allowed = 1.0 - asked.objective
            return {
                f"bad in {in_words(asked.long_s)}": _of(state.long),
                f"bad in {in_words(asked.short_s)}": _of(state.short),
                "burn rate": round(state.long.share / allowed, 3),
                "burn rate, short window": round(state.short.share / allowed, 3),
                "too fast above": asked.factor,
            }
        case RateState():
            return {"in the window": state.window.amount}
        case NoDataState():
            last = "never" if state.last is None else state.last.isoformat(timespec="seconds")
            return {"last came": last, "longest silence": in_words(state.longest_s), "silent": state.silent}
        case MeanChangeState():
            whole = joined([*state.blocks, state.filling])
            mean = (state.origin or 0.0) + (whole.mean if whole.values else 0.0)
            if isinstance(asked, MeanChange) and asked.scale == "log" and whole.values:
                mean = math.exp(mean)
            return {"observations": whole.values, "mean": round(mean, 6), "changed": state.breach is not None}
        case CategoryShiftState():
            lately: dict[str, int] = {}
            for part in (*state.parts, state.filling):
                for label, count in part.items():
                    lately[label] = lately.get(label, 0) + count
            return {"reference": _shares(state.reference), "lately": _shares(lately)}
        case CoverageState() | QuestionDriftState():
            return _of_questions(state, asked)
        case _:
            return _plain(state)


def _of_questions(state: CoverageState | QuestionDriftState, asked: Value) -> Numbers:
    found: dict[str, str | float | bool] = {"questions": state.seen, "breached": state.breached}
    if isinstance(state, CoverageState) and isinstance(asked, Coverage):
        recent = len(state.parts) * part_size(asked) + state.filled
        found["not covered"] = f"{sum(state.parts) + state.filling} of {recent}"
    if isinstance(state, QuestionDriftState) and len(state.reference) > 1 and len(state.recent) > 1:
        found["effect"] = round(apart(means(state.reference), means(state.recent), math.inf).effect, 4)
    return found


def _of(window: Window) -> str:
    return f"{window.amount:g} of {window.events}"


def _shares(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    most = sorted(counts.items(), key=lambda each: -each[1])[:MOST_CATEGORIES]
    return ", ".join(f"{label} {count / total:.1%}" for label, count in most) or "nothing"


def _plain(state: Value) -> Numbers:
    values: dict[str, Any] = state.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
    return {name.replace("_", " "): value for name, value in values.items() if isinstance(value, bool | int | float)}
