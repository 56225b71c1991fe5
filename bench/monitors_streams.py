"""Folders of streams with known change points in, the errors of a classifier on them out, one a row.

The classifier is a network of eight hidden units, near the best error that the streams' noise allows. It is fitted to
the latest `FITTED` rows at each `FITTED`th row, so it predicts rows that it has not seen; the errors of the first
`FITTED` rows, which it only learns from, are left out. At a change it goes stale. It is fitted anew within `FITTED`
rows, to rows of which half or all are new, and then its errors fall again, which is a change of their mean as well:
within `SETTLED` rows after a change in the stream, alarms belong to it.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FITTED = 5_000
SETTLED = 2 * FITTED
STEPS, HIDDEN, RATE, DECAY = 400, 8, 0.02, 1e-4
KNOWN = (
    ("sea_50k/SEA_training_data.csv", (12_500, 25_000, 37_500)),
    ("harvard_known_drift/sea_0123_abrupto_noise_0.2.csv", (10_000, 20_000, 30_000)),
    ("harvard_known_drift/sine_0123_abrupto.csv", (10_000, 20_000, 30_000)),
)
"""Files and their abrupt changes, as the PROVENANCE.md of the streams says."""


class Stream(NamedTuple):
    name: str
    errors: Floats
    """0 or 1 a row, from row `FITTED` on."""
    changes: tuple[int, ...]
    """Places in `errors`."""


def streams(folder: Path) -> list[Stream]:
    """Those of `KNOWN` that are there."""
    found = [(folder / name, changes) for name, changes in KNOWN if (folder / name).is_file()]
    if not found:
        raise SystemExit(
            f"{folder} has none of {', '.join(name for name, _ in KNOWN)}: give the folder of the streams."
        )
    return [
        Stream(path.stem, errors_of(*rows_of(path)), tuple(change - FITTED for change in changes))
        for path, changes in found
    ]


def rows_of(path: Path) -> tuple[Floats, NDArray[np.bool_]]:
    """Features, shape (rows, width), and classes."""
    if path.name == "SEA_training_data.csv":
        classes = np.loadtxt(path.with_name("SEA_training_class.csv"), delimiter=",")
        return np.loadtxt(path, delimiter=","), classes > 0.5
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1] > 0.5


def errors_of(features: Floats, classes: NDArray[np.bool_]) -> Floats:
    """Whether each row but the first `FITTED` is classified wrongly by what was learned before it."""
    scaled = (features - features[:FITTED].mean(0)) / features[:FITTED].std(0)
    wrong = []
    for start in range(FITTED, len(scaled), FITTED):
        learned, seen = slice(start - FITTED, start), slice(start, start + FITTED)
        wrong.append(fitted(scaled[learned], classes[learned])(scaled[seen]) != classes[seen])
    return np.concatenate(wrong).astype(np.float64)


def fitted(features: Floats, classes: NDArray[np.bool_]) -> Callable[[Floats], NDArray[np.bool_]]:
    """A network with one layer of tanh units, least penalised logistic loss by Adam on all rows at once."""
    source, rows = np.random.default_rng(0), len(features)
    weights = [
        source.normal(size=(features.shape[1], HIDDEN)),
        source.normal(size=HIDDEN),
        source.normal(size=HIDDEN) / 4,
        np.zeros(1),
    ]
    first, second = [np.zeros_like(each) for each in weights], [np.zeros_like(each) for each in weights]
    for step in range(1, STEPS + 1):
        hidden = np.tanh(features @ weights[0] + weights[1])
        wrong = (1 / (1 + np.exp(-(hidden @ weights[2] + weights[3]))) - classes) / rows
        back = np.outer(wrong, weights[2]) * (1 - hidden * hidden)
        gradients = [
            features.T @ back + DECAY * weights[0],
            back.sum(0),
            hidden.T @ wrong + DECAY * weights[2],
            wrong.sum(keepdims=True),
        ]
        rate = RATE * (1 - step / (STEPS + 1))
        for place, gradient in enumerate(gradients):
            first[place] = 0.9 * first[place] + 0.1 * gradient
            second[place] = 0.99 * second[place] + 0.01 * gradient**2
            steady = np.sqrt(second[place] / (1 - 0.99**step)) + 1e-8
            weights[place] = weights[place] - rate * first[place] / (1 - 0.9**step) / steady
    return lambda rows: np.tanh(rows @ weights[0] + weights[1]) @ weights[2] + weights[3] > 0


class Series(NamedTuple):
    """A short series that people marked (Turing Change Point Dataset)."""

    name: str
    values: Floats
    marked: tuple[tuple[int, ...], ...]
    """Change points, by annotator."""


def annotated(folder: Path, least: int) -> list[Series]:
    """Those of one dimension with at least so many values."""
    path = folder / "tcpd_annotated" / "annotations.json"
    if not path.is_file():
        return []
    found = []
    for name, marks in sorted(json.loads(path.read_text("utf-8")).items()):
        data = path.with_name(f"{name}.json")
        if not data.is_file():
            continue
        parts = json.loads(data.read_text("utf-8"))["series"]
        if len(parts) == 1 and len(parts[0]["raw"]) >= least and None not in parts[0]["raw"]:
            found.append(Series(name, np.array(parts[0]["raw"], np.float64), tuple(map(tuple, marks.values()))))
    return found
