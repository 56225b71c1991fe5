"""A unit and experiments in, its arm in each out: by hashes alone, so the same on every worker and for ever.

Three hashes that know nothing of each other decide: one places the unit in the experiment's layer, one says whether it
takes part yet, and one per arm says which arm it gets. The last is weighted rendezvous hashing (Thaler and Ravishankar
1998; weights as in Schindelhauer and Schomaker 2005): the arm whose key is smallest wins. A new arm, or a new weight,
moves only the units that it wins or loses; a share that grows only adds units.
"""

import math
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

from schemas.experiments import Arm, ExperimentDecided, ExperimentDefined, Unit
from schemas.questions import QuestionAsked

MEASURED: Final = 0.5
"""Share of the units that keep the definition's weights where others follow what was learnt: they alone are counted."""
_BYTES = 8
_RANGE = float(1 << (8 * _BYTES))


def position(salt: str, unit: str) -> float:
    """A number from 0 (excluded) to 1 that depends on `salt` and `unit` only, uniform over units.

    Equal units under other salts have positions that say nothing about each other.
    """
    key = f"{salt}\x1f{unit}".encode("utf-8", "surrogatepass")
    return (int.from_bytes(blake2b(key, digest_size=_BYTES).digest()) + 1) / (_RANGE + 1)


def unit_of(question: QuestionAsked, unit: Unit) -> str | None:
    """What an experiment assigns of a question; None when the question does not say, and then nothing is assigned.

    A missing user must not become one big user, who would be in one arm.
    """
    found = {"user": question.user_id, "session": question.session_id, "question": question.query_id}[unit]
    return found or None


def arm_of(definition: ExperimentDefined, unit: str, share: float, weights: Mapping[str, float] | None = None) -> str:
    """The arm that a unit gets while `share` (0 to 1) of the eligible units takes part; empty when it takes no part.

    `weights` replace those of the definition's arms; an arm with weight 0 gets nobody new.
    """
    salt = f"{definition.tenant}/{definition.name}"
    if (
        not definition.layer_from
        < position(f"layer {definition.tenant}/{definition.layer}", unit)
        <= definition.layer_to
    ):
        return ""
    if position(f"share {salt}", unit) > share:
        return ""
    held = weights_measured(definition, weights or {}) if measured(definition, unit) else weights or {}
    return _winner(salt, unit, definition.arms, held)


def measured(definition: ExperimentDefined, unit: str) -> bool:
    """Whether a unit is counted: all are where weights are fixed, else those that no learnt weight ever moves.

    Arms whose weights follow their own numbers, and lose the units that return elsewhere, are no longer alike in who
    is left: an A/A experiment finds a difference twice as often as it may (docs/adr/0020).
    """
    if definition.allocation == "fixed":
        return True
    return position(f"measured {definition.tenant}/{definition.name}", unit) <= MEASURED


def weights_measured(definition: ExperimentDefined, weights: Mapping[str, float]) -> Mapping[str, float]:
    """Weights of the units that are counted, where `weights` are in force: an arm with 0 of them gets nobody there."""
    if definition.allocation == "fixed":
        return weights
    return {arm.name: arm.weight if weights.get(arm.name, arm.weight) > 0 else 0.0 for arm in definition.arms}


def assign(
    question: QuestionAsked,
    experiments: Iterable[tuple[ExperimentDefined, ExperimentDecided | None]],
) -> dict[str, tuple[str, str]]:
    """Of each experiment that a question takes part in: the arm, and the unit that was assigned.

    `experiments` come with the last decision about each, if it is in force; without one the first step of the ramp
    holds. Of two experiments that claim the same unit of a layer the first by name has it.
    """
    assigned: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for definition, decision in sorted(experiments, key=lambda pair: pair[0].name):
        if definition.stopped or definition.layer in taken or not _eligible(definition, question):
            continue
        unit = unit_of(question, definition.unit)
        if unit is None:
            continue
        decided = decision if decision is not None and decision.version == definition.version else None
        share = definition.ramp[0] if decided is None else decided.share
        arm = arm_of(definition, unit, share, decided.weights if decided else None)
        if arm:
            assigned[definition.name] = (arm, unit)
            taken.add(definition.layer)
    return assigned


def _eligible(definition: ExperimentDefined, question: QuestionAsked) -> bool:
    return question.tenant in definition.tenants if definition.tenants else True


def _winner(salt: str, unit: str, arms: Iterable[Arm], weights: Mapping[str, float]) -> str:
    best, least = "", math.inf
    for arm in arms:
        weight = weights.get(arm.name, arm.weight)
        if weight <= 0:
            continue
        key = -math.log(position(f"arm {salt}/{arm.name}", unit)) / weight
        if key < least:
            best, least = arm.name, key
    return best
