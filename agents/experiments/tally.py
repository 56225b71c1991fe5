"""What units were worth in, in any order of units; reports and decisions out, when the numbers have moved enough.

The state of an experiment is sums, so it does not grow with its units. A sum would count a repeated event twice, so the
state also keeps how far it has come in each partition of `outcomes`, whose events reach it in order.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from pydantic import Field

from agents.experiments.assignment import measured, weights_measured
from agents.experiments.confidence_sequence import Sums
from agents.experiments.decide import Standing, Status, Verdict, verdicts
from agents.experiments.estimates import comparisons, estimates, used_of, with_evidence, within
from agents.experiments.ratio_mismatch import log_evidence, mismatched
from agents.experiments.telling import decided, reported, told_of_mismatch
from schemas.event import Event, UtcDatetime, Value
from schemas.experiments import ExperimentDefined, ExperimentOpened, UnitScored
from schemas.failures import ImplausibleError

EXPOSED: Final = "exposed"
LOOKS: Final = 50
"""Numbers are looked at when they changed by a fiftieth: a look at each outcome would say little more."""
MAX_OPENED: Final = 16
"""Definitions that are known when they come again."""
MAX_EARLY: Final = 1_000
"""Units that may come before their experiment's definition."""


class Position(Value):
    """How far was counted in one partition."""

    offset: int
    at: UtcDatetime


class Tally(Value):
    """What is known of one experiment."""

    definition: ExperimentDefined | None = None
    opened: tuple[str, ...] = ()
    """Ids of the latest definitions that were taken in: after a crash one may come again, and it is not the latest."""
    early: tuple[UnitScored, ...] = ()
    counted: dict[str, Position] = Field(default_factory=dict)
    sums: dict[str, dict[str, Sums]] = Field(default_factory=dict)
    """Metric to arm to sums over units."""
    entered: dict[str, int] = Field(default_factory=dict)
    """Units per arm that got it first, whatever arm they got later: how units were split, and how many were seen."""
    evidence: dict[str, float] = Field(default_factory=dict)
    split_evidence: float = 0.0
    split_from: dict[str, int] = Field(default_factory=dict)
    """`entered` when the weights that are in force began to hold: earlier ones were split otherwise."""
    trusted: bool = True
    stage: int = 0
    stage_from: dict[str, int] = Field(default_factory=dict)
    weights: dict[str, float] = Field(default_factory=dict)
    share: float = 0.0
    status: Status = "running"
    started_at: UtcDatetime | None = None
    changes: int = 0
    """Of numbers that the experiment asks for."""
    looked: int = 0
    decisions: int = 0
    said: tuple[str, ...] = ()
    """Advice that was given already."""
    decision: str = ""
    """The latest, in words."""

    @property
    def exposures(self) -> dict[str, int]:
        """Units per arm."""
        return {arm: sums.units for arm, sums in self.sums.get(EXPOSED, {}).items()}


Outcome: TypeAlias = tuple[Tally | None, Sequence[Event]]


def tally(state: Tally | None, event: UnitScored | ExperimentOpened) -> Outcome:
    """The step. Raises `ImplausibleError` for a unit of an experiment that nobody defines."""
    before = state or Tally()
    if isinstance(event, ExperimentOpened):
        return _opened(before, event)
    if event.origin is not None and _is_counted(before, event):
        return state, ()
    if before.definition is None:
        if len(before.early) >= MAX_EARLY:
            raise ImplausibleError(f"experiment {event.experiment} is not defined, and {MAX_EARLY:,} units wait for it")
        return _at(before, event).model_copy(update={"early": (*before.early, event)}), ()
    after = _with_unit(_at(before, event), before.definition, event)
    if after.changes - after.looked < max(1, after.changes // LOOKS):
        return after, ()
    return look(after, before.definition, event)


def look(state: Tally, definition: ExperimentDefined, event: Event) -> tuple[Tally, Sequence[Event]]:
    """Make what can be made of the numbers: a report, and a decision if one follows."""
    told: list[Event] = []
    compared = comparisons(definition, state.sums)
    state = state.model_copy(update={"looked": state.changes, "evidence": with_evidence(compared, state.evidence)})
    if state.trusted and state.status == "running":
        state = _with_split(state, definition)
        told += [] if state.trusted else [told_of_mismatch(state, definition, event)]
    found = estimates(definition, state.sums, compared, state.evidence)
    if state.trusted and state.status == "running" and not definition.stopped:
        standing = Standing(
            definition,
            found,
            state.entered,
            state.stage,
            state.stage_from,
            state.weights,
            used_of(definition, state.sums, definition.primary),
        )
        verdict = next((each for each in verdicts(standing) if _key(each) not in state.said), None)
        if verdict is not None:
            state, more = _taken(state, definition, verdict, event)
            told += more
    return state, [*told, reported(state, definition, found, event)]


def _opened(before: Tally, event: ExperimentOpened) -> Outcome:
    definition = event.definition
    if event.event_id in before.opened:
        return before, ()
    before = before.model_copy(update={"opened": (*before.opened, event.event_id)[-MAX_OPENED:]})
    if before.definition is not None and before.definition.version == definition.version:
        return before, ()
    split_anew = before.definition is None or before.definition.arms != definition.arms or before.weights
    after = before.model_copy(
        update={
            "definition": definition,
            "early": (),
            # Advice moves nobody: who serves goes by the definition alone then, whatever was decided before.
            "stage": min(before.stage, len(definition.ramp) - 1) if definition.mode == "automatic" else 0,
            "weights": {},
            "said": (),
            "status": "running",
            "started_at": before.started_at or event.at,
            "trusted": before.trusted or bool(split_anew),
            "split_evidence": 0.0 if split_anew else before.split_evidence,
            "split_from": before.entered if split_anew else before.split_from,
        }
    )
    for each in before.early:
        after = _with_unit(after, definition, each)
    if definition.stopped:
        verdict = Verdict("stop", "it was stopped by its definition", share=0.0, status="stopped")
    else:
        verdict = Verdict("start", "it was defined", share=definition.ramp[after.stage])
    after, told = _taken(after, definition, verdict, event)
    after, more = look(after, definition, event)
    return after, [*told, *more]


def _taken(
    state: Tally, definition: ExperimentDefined, verdict: Verdict, event: Event
) -> tuple[Tally, Sequence[Event]]:
    """The state after a decision: in automatic mode it is in force, in advisory mode it was said."""
    in_force = definition.mode == "automatic" or definition.stopped
    update: dict[str, object] = {
        "decisions": state.decisions + 1,
        "decision": f"{verdict.decision}: {verdict.reason}",
    }
    if in_force or verdict.decision == "start":
        update |= {"share": verdict.share, "status": verdict.status}
    if in_force:
        weights = dict(verdict.weights)
        stage = state.stage + (verdict.decision == "ramp-up" and verdict.share > state.share)
        anew = weights_measured(definition, weights) != weights_measured(definition, state.weights)
        update |= {
            "weights": weights,
            "stage": stage,
            "stage_from": state.stage_from if stage == state.stage else state.entered,
            "split_from": state.entered if anew else state.split_from,
            "split_evidence": 0.0 if anew else state.split_evidence,
        }
    else:
        update |= {"said": (*state.said, _key(verdict))}
    after = state.model_copy(update=update)
    return after, decided(after, definition, verdict, event, in_force=in_force)


def _key(verdict: Verdict) -> str:
    return f"{verdict.decision} {verdict.arm} {verdict.share:g}"


def _with_unit(state: Tally, definition: ExperimentDefined, event: UnitScored) -> Tally:
    if not measured(definition, event.unit):
        return state
    by_arm = state.sums.get(event.metric, {})
    values = (event.value, event.previous, event.past, event.previous_past)
    counted = by_arm.get(event.arm, Sums()).replaced(*(within(definition, event.metric, each) for each in values))
    sums = {**state.sums, event.metric: {**by_arm, event.arm: counted}}
    entered = state.entered
    if event.metric == EXPOSED and event.previous is None and event.value is not None:
        entered = {**entered, event.arm: entered.get(event.arm, 0) + 1}
    asked_for = {EXPOSED, definition.primary.name, *(each.name for each in definition.guardrails)}
    changes = state.changes + (event.metric in asked_for)
    return state.model_copy(update={"sums": sums, "entered": entered, "changes": changes})


def _with_split(state: Tally, definition: ExperimentDefined) -> Tally:
    held = weights_measured(definition, state.weights)
    weights = {arm.name: held.get(arm.name, arm.weight) for arm in definition.arms}
    active = [arm for arm, weight in weights.items() if weight > 0]
    counts = [state.entered.get(arm, 0) - state.split_from.get(arm, 0) for arm in active]
    if len(active) < 2 or not sum(counts):  # noqa: PLR2004 - one arm is no split
        return state
    shares = [weights[arm] for arm in active]
    largest = max(state.split_evidence, log_evidence(counts, shares))
    trusted = not mismatched(counts, shares, largest)
    return state.model_copy(update={"split_evidence": largest, "trusted": trusted})


def _is_counted(state: Tally, event: UnitScored) -> bool:
    origin = event.origin
    last = None if origin is None else state.counted.get(f"{origin.topic}/{origin.partition}")
    return last is not None and origin is not None and origin.offset <= last.offset and origin.at <= last.at


def _at(state: Tally, event: UnitScored) -> Tally:
    if event.origin is None:
        return state
    origin = event.origin
    position = Position(offset=origin.offset, at=origin.at)
    return state.model_copy(update={"counted": {**state.counted, f"{origin.topic}/{origin.partition}": position}})
