"""Definitions and states of monitors in, what people read of them out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agents.monitors import Watched, describe
from schemas.event import Value
from schemas.monitors import MonitorDefined

MOST_SHOWN: Final = 200
"""Characters of one fact of a state."""


def rule(definition: MonitorDefined) -> str:
    """What a monitor looks for, in a few words: `threshold above 5`."""
    detector = definition.detector
    parts = detector.model_dump(exclude={"kind"}, exclude_defaults=True)
    return " ".join([detector.kind, *(f"{name} {_short(value)}" for name, value in parts.items())])


def status(definition: MonitorDefined, states: Mapping[str, Watched]) -> str:
    """`off`, `raised`, `watching`, or `nothing seen`."""
    if definition.disabled:
        return "off"
    state = states.get(definition.source)
    keys = [] if state is None else keys_of(state.raised, definition.name)
    if keys:
        return "fails" if all(each.endswith("!") for each in keys) else "raised"
    return "watching" if state is not None and keys_of(state.detectors, definition.name) else "nothing seen"


def keys_of(kept: Mapping[str, Any], name: str) -> list[str]:
    """Where a state keeps what it knows for one monitor."""
    return [key for key in kept if key.removesuffix("!").partition("/")[0] == name]


def standing(definition: MonitorDefined, states: Mapping[str, Watched]) -> Sequence[dict[str, Any]]:
    """How each signal of a monitor stands now: what its detector keeps, and the condition that holds."""
    state = states.get(definition.source)
    if state is None:
        return []
    rows = []
    for key in keys_of(state.detectors, definition.name):
        held = state.raised.get(key)
        rows.append(
            {
                "signal": key.partition("/")[2] or definition.signal,
                "raised": held is not None,
                "since": None if held is None else held.since.isoformat(),
                "summary": "" if held is None else held.summary,
                "numbers": dict(describe(state.detectors[key], definition.detector)),
                "state": state.detectors[key].model_dump(mode="json", exclude={"kind"}),
            }
        )
    return rows


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Value):
        return _short(value.model_dump(mode="json"))
    text = "" if value is None or value == [] else str(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
