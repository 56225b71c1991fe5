"""What is watched when nobody has said what to watch; a definition of the same name stands in for one of these.

Bounds are loose enough for a language model on one's own machine and for bulk loads of a minute: `ragstream monitors
replay` says what tighter ones would have told on one's own past.
"""

from collections.abc import Mapping
from typing import Any, Final

from schemas.event import Value
from schemas.monitors import (
    BurnRate,
    CategoryShift,
    Coverage,
    MeanChange,
    MonitorDefined,
    NoData,
    QuestionDrift,
    Rate,
    Source,
    Threshold,
)

FAST: Final[Mapping[str, Any]] = {"objective": 0.99}
"""An hour and five minutes, 14.4 times too fast: a fiftieth of a month's budget is gone in an hour."""
SLOW: Final[Mapping[str, Any]] = {"objective": 0.99, "long_s": 21_600.0, "short_s": 1_800.0, "factor": 6.0}
"""Six hours and thirty minutes, 6 times too fast: a twentieth of a month's budget is gone in six hours."""


def _monitor(name: str, source: Source, signal: str, detector: Value, **more: str | float) -> MonitorDefined:
    given = {"name": name, "source": source, "signal": signal, "detector": detector}
    return MonitorDefined.model_validate({**given, **more})


_SERVICE_LEVELS: Final = (
    _monitor(
        "answer-availability",
        "answers",
        "failed",
        BurnRate(**FAST),
        about="99 % of the questions get an outcome that is no failure.",
        severity="critical",
    ),
    _monitor(
        "answer-availability-slow",
        "answers",
        "failed",
        BurnRate(**SLOW),
        about="99 % of the questions get an outcome that is no failure; this one notices a slow leak.",
    ),
    _monitor(
        "answer-latency",
        "answers",
        "latency_ms",
        BurnRate(good_below=10_000.0, **FAST),
        about="99 % of the outcomes come within ten seconds.",
    ),
    _monitor(
        "answer-groundedness",
        "answers",
        "ungrounded",
        BurnRate(**{**SLOW, "objective": 0.95}),
        about="95 % of the drafted answers hold no claim that the passages do not carry.",
    ),
    _monitor(
        "index-freshness",
        "index",
        "freshness_ms",
        BurnRate(good_below=60_000.0, **FAST),
        about="99 % of the documents can be found within a minute.",
    ),
    _monitor(
        "index-freshness-slow",
        "index",
        "freshness_ms",
        BurnRate(good_below=60_000.0, **SLOW),
        about="99 % of the documents can be found within a minute; this one notices a slow leak.",
    ),
)
_CHANGES: Final = (
    _monitor(
        "abstain-rate",
        "answers",
        "abstained",
        MeanChange(minimum_effect=0.1),
        about="Another share of the questions is not answered, for want of evidence.",
    ),
    _monitor(
        "block-rate",
        "answers",
        "blocked",
        MeanChange(minimum_effect=0.05),
        about="Guardrails block another share of the questions and answers.",
    ),
    _monitor(
        "top-similarity",
        "answers",
        "top_similarity",
        MeanChange(minimum_effect=0.05),
        about="The best passage is nearer to the questions than it was, or less near.",
    ),
    _monitor(
        "answer-tokens",
        "answers",
        "output_tokens",
        MeanChange(scale="log", low=1.0, high=100_000.0, minimum_effect=0.25),
        about="Answers are longer or shorter by a quarter than they were, in tokens of the language model.",
        severity="info",
    ),
    _monitor(
        "answer-cost",
        "answers",
        "cost",
        MeanChange(scale="log", low=1e-6, high=100.0, minimum_effect=0.25, direction="rise"),
        about="An answer costs a quarter more than it did.",
    ),
    _monitor(
        "feedback-score",
        "feedback",
        "score",
        MeanChange(low=-1.0, minimum_effect=0.2),
        about="People think of the answers otherwise than they did.",
    ),
    _monitor(
        "answer-outcome",
        "answers",
        "outcome",
        CategoryShift(minimum_effect=0.2),
        about="Outcomes are spread otherwise than they were.",
        severity="info",
    ),
    _monitor(
        "question-language",
        "questions",
        "language",
        CategoryShift(minimum_effect=0.2),
        about="People ask in other languages than they did.",
        severity="info",
    ),
    _monitor(
        "question-drift",
        "questions",
        "question",
        QuestionDrift(),
        about="People ask about other things than they did.",
    ),
    _monitor(
        "question-coverage",
        "questions",
        "question",
        Coverage(),
        about="Questions come for which the index has nothing near: what to write next.",
        severity="info",
    ),
)
_OPERATIONS: Final = (
    _monitor(
        "answers-missing",
        "answers",
        "failed",
        NoData(minimum=200, gaps=2.0),
        about="Nothing was answered for an hour, and for twice as long as the longest silence of the last weeks.",
        for_s=120.0,
    ),
    _monitor(
        "role-waits",
        "operations",
        "oldest_s.*",
        Threshold(above=300.0, clear=60.0),
        about="What a role is to do has waited for five minutes.",
        for_s=60.0,
    ),
    _monitor(
        "role-lag",
        "operations",
        "lag.*",
        Threshold(above=100_000.0, clear=10_000.0),
        about="A role is 100,000 records behind.",
        for_s=60.0,
    ),
    _monitor(
        "partition-stuck",
        "operations",
        "stuck.*",
        Threshold(above=0.5),
        about="A partition has records that nobody takes.",
        severity="critical",
    ),
    _monitor(
        "dead-letter-rate",
        "operations",
        "dead_letters",
        Rate(above=5.0),
        about="More than five records in ten minutes could not be processed.",
    ),
    _monitor(
        "weaviate-away",
        "operations",
        "up.weaviate",
        Threshold(below=0.5),
        about="Weaviate does not answer: nothing is found, and nothing is stored.",
        severity="critical",
        for_s=4.0,
        keep_s=10.0,
    ),
    _monitor(
        "generator-away",
        "operations",
        "up.generator",
        Threshold(below=0.5),
        about="The language model does not answer.",
        severity="critical",
        for_s=4.0,
        keep_s=10.0,
    ),
)

DEFAULTS: Final[tuple[MonitorDefined, ...]] = (*_SERVICE_LEVELS, *_CHANGES, *_OPERATIONS)
"""Of every tenant with traffic; those of `operations` look at the whole, which belongs to the tenant `default`."""
