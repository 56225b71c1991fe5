"""What was read from `outcomes` and the worth of answers in, the pasts of units and how far sums of them are off out.

It reads what the learn role read, in the same order, and shares no code with it: a unit's past is the mean of the last
outcomes outside experiments when the first `UnitExposed` comes.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

NAMES = ("units", "total", "before", "squares", "products")


def pasts_of(outcomes: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Unit to past, of units that have one. `outcomes` are events as JSON has them, each partition in order."""
    worth: dict[str, dict[str, float | None]] = defaultdict(dict)
    pasts: dict[str, float | None] = {}
    for event in outcomes:
        unit = event.get("unit") or ""
        if "experiments" in event and unit not in pasts:
            said = [score for score in worth[unit].values() if score is not None]
            pasts[unit] = math.fsum(said) / len(said) if said else None
        elif event.get("metric") == "feedback" and event.get("experiment") == "" and "answer_id" in event:
            worth[unit][event["answer_id"]] = event["score"]
    return {unit: past for unit, past in pasts.items() if past is not None}


def sums_of_pasts(
    means: Mapping[str, float], arms: Mapping[str, str], pasts: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Per arm what a tally keeps of units with a value and a past."""
    sums: dict[str, dict[str, float]] = {arm: dict.fromkeys(NAMES, 0.0) for arm in sorted(set(arms.values()))}
    for unit, mean in means.items():
        past = pasts.get(unit)
        if past is not None:
            for name, value in zip(NAMES, (1.0, mean, past, past * past, mean * past), strict=True):
                sums[arms[unit]][name] += value
    return sums


def pasts_off_by(expected: Mapping[str, Mapping[str, float]], found: Mapping[str, Any]) -> float:
    """The largest difference of any number of any arm."""
    return max(abs(expected[arm][name] - found[arm]["past"][name]) for arm in expected for name in NAMES)
