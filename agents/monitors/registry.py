"""Kinds of detectors, each once: what it does and what its state is. A new kind is a line in each table."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from agents.monitors.burn_rate import BurnRateDetector, BurnRateState
from agents.monitors.category_shift import CategoryShiftDetector, CategoryShiftState
from agents.monitors.coverage import CoverageDetector, CoverageState
from agents.monitors.detecting import Detector
from agents.monitors.drift_state import QuestionDriftState
from agents.monitors.mean_change import MeanChangeDetector, MeanChangeState
from agents.monitors.no_data import NoDataDetector, NoDataState
from agents.monitors.question_drift import QuestionDriftDetector
from agents.monitors.rate import RateDetector, RateState
from agents.monitors.threshold import ThresholdDetector, ThresholdState

DETECTORS: Final[Mapping[str, Detector[Any, Any]]] = {
    "burn-rate": BurnRateDetector(),
    "category-shift": CategoryShiftDetector(),
    "coverage": CoverageDetector(),
    "mean-change": MeanChangeDetector(),
    "no-data": NoDataDetector(),
    "question-drift": QuestionDriftDetector(),
    "rate": RateDetector(),
    "threshold": ThresholdDetector(),
}
"""By the `kind` of a definition's detector. A kind that is not here is not watched."""

DetectorState = Annotated[
    BurnRateState
    | CategoryShiftState
    | CoverageState
    | MeanChangeState
    | NoDataState
    | QuestionDriftState
    | RateState
    | ThresholdState,
    Field(discriminator="kind"),
]
"""State of any detector; `kind` says which."""

CAUSES: Final[Mapping[str, frozenset[str]]] = {
    "mean-change": frozenset({"embedder", "prompt", "policy"}),
    "category-shift": frozenset({"embedder", "prompt", "policy"}),
    "question-drift": frozenset({"embedder"}),
    "coverage": frozenset({"embedder"}),
}
"""Labels whose change is a known cause for what a kind of detector would find: it begins anew then."""
