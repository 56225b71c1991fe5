"""Passages with and without planted orders in, the weights that find the piece that does not belong out."""

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from agents.guardrails.lexical import LexicalModel, owners
from agents.guardrails.ngrams import BUCKETS, ngrams
from agents.guardrails.segments import edges, segments
from agents.guardrails.strangers import FEATURES, described
from agents.guardrails.views import Views
from bench.injection_corpus import Templates, bases, planted_into, plants
from bench.logistic import Dense, Floats, Sparse, balanced, fit

L2: Final = 5e-5
STRANGER_L2: Final = 1e-4
FALSE_POSITIVES: Final = 0.02
"""Share of unseen benign passages over the threshold. Those composed to be hard are learnt from, but not counted."""
HARD: Final = "prose"
PLANTS: Final = 3_000
_OVERLAP: Final = 0.6
"""Least share of the shorter of the two by which a piece is the plant."""
_HARDEST: Final = 3
"""Pieces of a benign passage that the second stage learns from."""

Pieces = list[tuple[int, int]]


def matrix(texts: Sequence[str], pieces: Sequence[Pieces]) -> Sparse:
    """One row a piece: n-grams within it, over the root of their number."""
    rows, columns, values, count = [], [], [], 0
    for text, bounds in zip(texts, pieces, strict=True):
        plain = Views(text).plain
        grams = ngrams(plain.text)
        places, inside = owners(grams, edges(plain, bounds))
        keys, counts = np.unique(places * BUCKETS + grams.buckets[inside], return_counts=True)
        totals = np.bincount(places, minlength=len(bounds))
        row = keys // BUCKETS
        rows.append(row + count)
        columns.append(keys % BUCKETS)
        values.append(counts / np.sqrt(totals[row]))
        count += len(bounds)
    return Sparse(np.concatenate(rows), np.concatenate(columns), np.concatenate(values), count)


def first_stage(orders: Sequence[str], kinds: Sequence[str], benign: dict[str, list[str]]) -> LexicalModel:
    """How much a piece sounds like an order: orders alone against pieces of benign passages."""
    texts, pieces = list(orders), [[(0, len(order))] for order in orders]
    sources, labels = list(kinds), [True] * len(orders)
    for kind, passages in benign.items():
        for passage in passages:
            bounds = segments(passage)
            texts.append(passage)
            pieces.append(bounds)
            sources.extend([kind] * len(bounds))
            labels.extend([False] * len(bounds))
    truth = np.array(labels)
    weights, bias = fit(matrix(texts, pieces), truth, balanced(sources, truth), width=BUCKETS, l2=L2)
    return LexicalModel(weights.astype(np.float32), bias)


def features(model: LexicalModel, text: str) -> tuple[Pieces, Floats]:
    """The pieces of a passage and what the second stage sees of them."""
    plain, bounds = Views(text).plain, segments(text)
    ends = edges(plain, bounds)
    logits = model.scores(ngrams(plain.text), ends)
    return bounds, described([plain.text[start:end] for start, end in pairwise(ends.tolist())], logits)


def train_pieces(data: Path, seed: int) -> dict[str, Floats]:
    """The arrays of `Weights` that are about passages.

    The second stage and the threshold come from passages and templates that the first stage has not seen: it is trained
    on one half of each, and the other half is planted, and the other way round.
    """
    benign = bases(data, seed)
    rows: list[Floats] = []
    labels: list[bool] = []
    sources: list[str] = []
    calm: list[Floats] = []
    for half in (0, 1):
        orders, kinds = plants(data, Templates(seed + half, half), PLANTS)
        model = first_stage(orders, kinds, {kind: texts[half::2] for kind, texts in benign.items()})
        others = Templates(seed + 2 + half, 1 - half)
        unseen = iter(plants(data, others, PLANTS)[0])
        for kind, texts in benign.items():
            for text in texts[1 - half :: 2]:
                _, seen = features(model, text)
                if kind != HARD:
                    calm.append(seen)
                hardest = seen[np.argsort(-seen[:, 0])[:_HARDEST]]
                hits = planted_pieces(model, text, next(unseen), others)
                rows.extend((*hardest, *hits))
                labels.extend([False] * len(hardest) + [True] * len(hits))
                sources.extend([kind] * (len(hardest) + len(hits)))
    weights, bias = second_stage(np.array(rows), np.array(labels), sources)
    tell(rows, labels, sources, weights, bias)
    most = np.quantile([float((seen @ weights).max()) + bias for seen in calm], 1 - FALSE_POSITIVES)
    orders, kinds = plants(data, Templates(seed), PLANTS)
    final = first_stage(orders, kinds, benign)
    return {
        "piece": final.weights.astype(np.float16),
        "piece_bias": np.float64(final.bias),
        "stranger": np.append(weights, bias - most).astype(np.float32),
    }


def tell(rows: Sequence[Floats], labels: Sequence[bool], sources: Sequence[str], weights: Floats, bias: float) -> None:
    """How many plants the second stage finds at `FALSE_POSITIVES` of the hardest benign pieces, by kind of passage."""
    scores, truth, kinds = np.array(rows) @ weights + bias, np.array(labels), np.array(sources)
    least = np.quantile(scores[~truth & (kinds != HARD)], 1 - FALSE_POSITIVES / _HARDEST)
    print(dict(zip(FEATURES, weights.round(2).tolist(), strict=True)), file=sys.stderr)
    for kind in dict.fromkeys(sources):
        of_kind = kinds == kind
        found, mistaken = (scores[of_kind & truth] > least).mean(), (scores[of_kind & ~truth] > least).mean()
        print(f"{kind}: {found:.2f} of the plants, {mistaken:.3f} of benign pieces", file=sys.stderr)


def planted_pieces(model: LexicalModel, text: str, plant: str, templates: Templates) -> Floats:
    """Features of the pieces that the plant became."""
    attacked = planted_into(text, plant, templates.random)
    start = attacked.index(plant)
    end = start + len(plant)
    bounds, seen = features(model, attacked)
    shares = [(min(last, end) - max(first, start)) / min(len(plant), last - first) for first, last in bounds]
    return seen[np.array(shares) > _OVERLAP]


def second_stage(rows: Floats, labels: np.ndarray, sources: Sequence[str]) -> tuple[Floats, float]:
    """Weights of the features as they are, and the bias."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    weights, bias = fit(
        Dense((rows - mean) / spread), labels, balanced(sources, labels), width=rows.shape[1], l2=STRANGER_L2
    )
    return weights / spread, bias - float(mean / spread @ weights)
