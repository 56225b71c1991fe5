"""A definition or a baseline as it comes in order with the signals in, what is watched from then on out."""

from typing import Final

from agents.monitors.defaults import DEFAULTS
from agents.monitors.evolving import evolved
from agents.monitors.plan import Plan
from agents.monitors.registry import DetectorState
from agents.monitors.round import Round
from agents.monitors.state import MAX_BASELINES, MAX_DEFINED, Definitions, Kept, Watched
from schemas.failures import ImplausibleError
from schemas.monitors import BaselineSet, MonitorDefined, Source

_NOTHING_TOLD: Final = {"breached": False, "silent": False, "breach": None, "shifted": None, "alike": 0}
"""By field: states of detectors that have told of nothing."""


def defined(known: Definitions, source: Source, definition: MonitorDefined) -> Definitions:
    """The definitions of one source after another one. Raises `ImplausibleError` when there are too many."""
    usual = any(each.name == definition.name and each.source == source for each in DEFAULTS)
    here = definition.source == source and not definition.disabled
    if not here and not usual:
        return known.without(definition.name)
    after = known.having(definition)
    if len(after.monitors) > MAX_DEFINED:
        raise ImplausibleError(
            f"tenant {definition.tenant} has {MAX_DEFINED} monitors of {source} already: "
            f"{definition.name} is not watched until one of them is disabled"
        )
    return after


def set_baseline(state: Watched, begun: Round, plan: Plan, asked: BaselineSet) -> tuple[Kept, ...]:
    """Take, keep or restore; gives what is kept then. Raises `ImplausibleError` when there is nothing to restore."""
    keys = begun.keys_of(asked.monitor)
    monitor = plan.by_name.get(asked.monitor)
    if monitor is None:
        return state.baselines
    of_name = [each for each in state.baselines if (each.monitor, each.baseline) == (asked.monitor, asked.baseline)]
    others = tuple(each for each in state.baselines if each not in of_name)
    if asked.action == "keep":
        kept = Kept(
            monitor=asked.monitor,
            baseline=asked.baseline,
            version=monitor.version,
            detectors={key: begun.detectors[key] for key in keys},
        )
        return (*others, kept)[-MAX_BASELINES:]
    if asked.action == "restore":
        if not of_name or not of_name[0].detectors or of_name[0].version != monitor.version:
            raise ImplausibleError(f"no baseline {asked.baseline} of the monitor {asked.monitor} as it is now was kept")
        for key, kept_state in of_name[0].detectors.items():
            begun.anew(key, _nothing_told(kept_state), f"is compared with the baseline {asked.baseline} from now on")
        return state.baselines
    for key in keys:
        rebased = monitor.detector.rebase(begun.detectors[key], monitor.asked)
        if rebased != begun.detectors[key]:
            begun.anew(key, _nothing_told(rebased), "is compared with what came lately from now on")
    return state.baselines


def _nothing_told(state: DetectorState) -> DetectorState:
    """What was told is over with the old baseline, so what still holds has to be told again."""
    return evolved(state, **{name: value for name, value in _NOTHING_TOLD.items() if name in type(state).model_fields})
