"""Monitors: signals in, conditions out."""

from agents.monitors.defaults import DEFAULTS
from agents.monitors.describing import describe
from agents.monitors.opening import open_monitors
from agents.monitors.plan import plan_of
from agents.monitors.registry import DETECTORS
from agents.monitors.state import MAX_DEFINED, Watched
from agents.monitors.step import watch
from agents.monitors.ticking import due_tick

__all__ = [
    "DEFAULTS",
    "DETECTORS",
    "MAX_DEFINED",
    "Watched",
    "describe",
    "due_tick",
    "open_monitors",
    "plan_of",
    "watch",
]
