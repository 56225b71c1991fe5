"""Answers, outcomes, documents, dead letters and samples in; what they show, as numbers and categories, out.

Each handler gives `SignalsObserved` under ids that come from the event, so that a redelivery gives the same ones. Which
names there are is said in `docs/signals.md`.
"""

from agents.signals.answering import observe_answer
from agents.signals.failing import making_dead_letters_observed
from agents.signals.feedback import observe_outcome
from agents.signals.indexing import observe_indexing
from agents.signals.planning import observe_plan
from agents.signals.sampling import SamplingPorts, make_sampling_handler, stale_in_s

__all__ = [
    "SamplingPorts",
    "make_sampling_handler",
    "making_dead_letters_observed",
    "observe_answer",
    "observe_indexing",
    "observe_outcome",
    "observe_plan",
    "stale_in_s",
]
