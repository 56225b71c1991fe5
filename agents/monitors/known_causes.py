"""What observations were made under in, changes of it out: a new embedder, prompt or policy explains what changes.

A value is new when it was not there among the last observations. So two arms of an experiment that take turns are no
change each time, and going back to an old version after a while is one.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from agents.monitors.state import Cause, Causes

LABELS: Final = ("embedder", "prompt", "policy")
LATELY: Final = 2_000
"""Observations. An arm with a hundredth of the traffic is missing from so many with a chance of 2 in a billion."""
PRECISION: Final = 50
"""Observations by which it may be wrong when a value was last seen: it is not written down at each."""
MAX_VALUES: Final = 32
"""Of a label. When more take turns than this, a new one explains nothing."""
NAMED_FOR: Final = timedelta(days=7)
MAX_RECENT: Final = 8


def noted(causes: Causes, observed: int, labels: Mapping[str, str], at: datetime) -> tuple[Causes, tuple[str, ...]]:
    """What is known after observation number `observed`, and the labels whose value is a new one."""
    changed: list[str] = []
    for label in LABELS:
        value = labels.get(label)
        if not value:
            continue
        seen = causes.last.get(label, {})
        last = seen.get(value)
        if last is not None and observed - last < PRECISION:
            continue
        is_new = last is None or observed - last >= LATELY
        crowded = len(seen) >= MAX_VALUES and observed - min(seen.values()) < LATELY
        if is_new and seen and not (last is None and crowded):
            changed.append(label)
            recent = (*causes.recent, Cause(label=label, value=value[:256], at=at))[-MAX_RECENT:]
            causes = causes.model_copy(update={"recent": recent})
        causes = causes.model_copy(update={"last": {**causes.last, label: _with(seen, value, observed)}})
    return causes, tuple(changed)


def in_words(causes: Causes, at: datetime) -> Mapping[str, str]:
    """What became new lately, as a detail of what is told now."""
    named = [
        f"{each.label} {each.value} since {each.at:%Y-%m-%dT%H:%M:%SZ}"
        for each in causes.recent
        if at - each.at <= NAMED_FOR
    ]
    return {"known causes": "; ".join(named)} if named else {}


def _with(seen: Mapping[str, int], value: str, observed: int) -> dict[str, int]:
    """With one value seen now; those that were seen longest ago go."""
    latest = sorted({**seen, value: observed}.items(), key=lambda each: each[1])
    return dict(latest[-MAX_VALUES:])
