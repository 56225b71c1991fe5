"""Rankings and judgements in, figures out: what trec_eval makes of them, and percentiles of times."""

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Final

import numpy as np

from schemas.failures import ConfigurationError
from streams.cli.beir import Judgements

DEPTH: Final = 100
"""Documents of a ranking that are looked at."""
PERCENTILES: Final = (50, 90, 99)

Ranking = Sequence[str]
"""Ids of documents, best first, each once."""


def metrics_library() -> ModuleType:
    """The module `ir_measures`. Raises `ConfigurationError` that says how to install it."""
    try:
        import ir_measures  # noqa: PLC0415 - an extra, and it loads scipy
    except ImportError:
        raise ConfigurationError(
            "measuring needs the package ir-measures: install it with `python -m pip install ir-measures`, "
            "or ragstream with its extra, as in `python -m pip install '.[eval]'`"
        ) from None
    return ir_measures


def measured(rankings: Mapping[str, Ranking], judgements: Judgements) -> dict[str, float]:
    """nDCG@10, recall at 10 and 100, and the mean reciprocal rank within 100; each from 0 to 1, over all questions.

    A question without a ranking counts as one that found nothing. nDCG is that of Järvelin and Kekäläinen (2002) with
    the grade as gain, as trec_eval computes it.
    """
    library = metrics_library()
    metrics = {
        "ndcg@10": library.nDCG @ 10,
        "recall@10": library.R @ 10,
        "recall@100": library.R @ DEPTH,
        "mrr": library.RR @ DEPTH,
    }
    # trec_eval goes by score and breaks ties by id: the place as score keeps the order that was found.
    runs = {
        question: {document: float(-place) for place, document in enumerate(ranking)}
        for question, ranking in rankings.items()
    }
    grades = {question: dict(of) for question, of in judgements.items()}
    found = library.calc_aggregate(metrics.values(), grades, runs)
    return {name: float(found[metric]) for name, metric in metrics.items()}


def percentiles(milliseconds: Iterable[float]) -> dict[str, float]:
    """`p50`, `p90` and `p99`; zeros of nothing."""
    times = list(milliseconds) or [0.0]
    return {f"p{each}": round(float(np.percentile(times, each)), 3) for each in PERCENTILES}
