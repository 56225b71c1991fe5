"""SQuAD 2.0 in, the weights of `agents/answering/answerability.py` and curves of answered against wrong out.

    python -m bench.answerability DATA_FOLDER [--json]

All paragraphs are indexed in memory with the real model; every question is searched, weighed and drafted as answers
are. One half of the articles, by hash of the title, fits a logistic regression (answerable or not, of questions that
the model judges), in which no sign may speak for what it was made to speak against. The other half says how good it
is, then the halves change places. Beside it stands the curve of a plain threshold on the cosine of the nearest passage.

- right: share of the answerable questions with their paragraph retrieved whose answer has the marked text;
- abstained: share of the unanswerable questions, which people wrote to look answerable.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from agents.answering import AnsweringOptions
from agents.answering.answerability import BIAS, WEIGHTS, Fit, best_sentence, fit_of, probability
from agents.answering.evidence import signs_of, sufficient
from agents.answering.extractive import choose_sentences
from agents.answering.neighbours import merge_neighbours
from agents.answering.retrieve import retrieve
from agents.answering.stopwatch import Stopwatch
from agents.ports import Embedder, Index
from bench.abstention import Asked, build, hashed, squad
from infra.models import ensure_model
from infra.onnx_embedder import open_embedder
from infra.settings import Settings
from infra.token_counter import open_token_counter
from schemas.questions import MAX_DEADLINE_MS, QuestionAsked

PENALTY = 2.0
"""Of the squared weights, on standardised signs."""
STEPS = 5_000
"""Of projected gradient descent; the likelihood is convex, so where it begins does not matter."""
FOR = ("similarity", "coverage")
"""Signs that may only speak for an answer; the others may only speak against one."""
THRESHOLDS = (0.0, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55)
SHARES = (0.84, 0.8, 0.75, 0.7, 0.6)


class Example(NamedTuple):
    """What one question met."""

    article: str
    answerable: bool
    retrieved: bool
    right: bool
    """Whether the draft has the marked text."""
    suffices: bool
    """Whether the other thresholds let it pass."""
    similarity: float
    fit: Fit | None


class Model(NamedTuple):
    """Bias and weights."""

    bias: float
    weights: Fit

    def standing(self, example: Example) -> float:
        """Probability that the best sentence answers, 1 where it is not judged, -1 where the rest refuses."""
        if not example.suffices:
            return -1.0
        return 1.0 if example.fit is None else probability(example.fit, self.bias, self.weights)


async def meet(asked: Asked, embedder: Embedder, index: Index) -> Example:
    """Search, weigh and draft as the handler does."""
    options = AnsweringOptions()
    question = QuestionAsked(tenant="bench", query_id=asked.question_id, text=asked.text, at=datetime.now(UTC))
    watch = Stopwatch(lambda: datetime.now(UTC), question.at, MAX_DEADLINE_MS)
    vector, _ = await embedder.embed_question(asked.text)
    found = (await retrieve(question, vector, index, options, watch)).passages
    stretches = [stretch.passage for stretch in merge_neighbours(found)]
    draft = " ".join(sentence.text for sentence in choose_sentences(asked.text, stretches))
    best = best_sentence(asked.text, stretches)
    return Example(
        article=asked.article,
        answerable=bool(asked.gold),
        retrieved=any(passage.doc_id == asked.doc_id for passage in found),
        right=any(gold.casefold() in draft.casefold() for gold in asked.gold),
        suffices=bool(draft) and sufficient(signs_of(asked.text, found), options),
        similarity=max((passage.similarity for passage in found), default=-1.0),
        fit=None if best is None else fit_of(asked.text, best, stretches),
    )


def fitted(examples: Sequence[Example]) -> Model:
    """Maximum likelihood with a penalty, each weight kept on its side of zero; rounded to two decimals."""
    judged = [each for each in examples if each.fit is not None and (each.retrieved or not each.answerable)]
    signs = np.array([each.fit for each in judged], float)
    answerable = np.array([each.answerable for each in judged], float)
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    columns = np.hstack([np.ones((len(signs), 1)), (signs - middle) / spread])
    low = np.array([-np.inf, *(0.0 if name in FOR else -np.inf for name in Fit._fields)])
    high = np.array([np.inf, *(np.inf if name in FOR else 0.0 for name in Fit._fields)])
    step = 1 / (np.linalg.norm(columns, ord=2) ** 2 / 4 + PENALTY)
    penalty = np.array([0.0, *(PENALTY for _ in Fit._fields)])
    found = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        errors = 1 / (1 + np.exp(-columns @ found)) - answerable
        found = np.clip(found - step * (columns.T @ errors + penalty * found), low, high)
    weights = found[1:] / spread
    return Model(round(float(found[0] - weights @ middle), 2), Fit(*(round(float(weight), 2) for weight in weights)))


def shares(examples: Sequence[Example], standings: Sequence[float], threshold: float) -> dict[str, float]:
    """What a threshold gives: `right` and `abstained` as above, `answered` of the answerable, `wrong` of the served."""
    pairs = list(zip(examples, standings, strict=True))
    answerable = [(each, standing) for each, standing in pairs if each.answerable and each.retrieved]
    unanswerable = [standing for each, standing in pairs if not each.answerable]
    answered = [each for each, standing in answerable if standing >= threshold]
    right = sum(each.right for each in answered)
    trapped = sum(standing >= threshold for standing in unanswerable)
    return {
        "threshold": round(threshold, 4),
        "right": right / len(answerable),
        "answered": len(answered) / len(answerable),
        "abstained": 1 - trapped / len(unanswerable),
        "wrong": 1 - right / max(1, len(answered) + trapped),
    }


def at_shares(examples: Sequence[Example], standings: Sequence[float]) -> dict[str, float | None]:
    """Share abstained at each of `SHARES` right, None where it is not reached."""
    rows = [
        shares(examples, standings, threshold) for threshold in sorted({max(-1.0, each) for each in standings})[::10]
    ]
    return {
        f"{least:.2f}": max((row["abstained"] for row in rows if row["right"] >= least), default=None)
        for least in SHARES
    }


async def measure(folder: Path) -> list[Example]:
    """Every question of the folder's SQuAD."""
    settings = Settings()
    model = await ensure_model(settings, lambda text: print(text, file=sys.stderr))
    embedder, counter = open_embedder(settings, model), open_token_counter(model)
    documents, asked = squad(folder)
    try:
        index = await build(documents, embedder, counter)
        examples = []
        for number, each in enumerate(asked, start=1):
            examples.append(await meet(each, embedder, index))
            if number % 1_000 == 0:
                print(f"{number:,} of {len(asked):,} questions", file=sys.stderr)
        return examples
    finally:
        embedder.close()


def report(examples: Sequence[Example]) -> dict[str, Any]:
    """Weights of either half, judged on the other; and the shipped ones on the half that did not fit them."""
    titles = sorted({each.article for each in examples}, key=hashed)
    first = [each for each in examples if each.article in titles[::2]]
    second = [each for each in examples if each.article not in titles[::2]]
    shipped = Model(BIAS, WEIGHTS)
    models = {"fitted on one half": (fitted(first), second), "fitted on the other": (fitted(second), first)}
    models["shipped"] = (shipped, second)
    return {
        "questions": len(examples),
        "not judged": sum(each.fit is None for each in examples),
        "models": {
            name: {
                "bias": model.bias,
                "weights": model.weights._asdict(),
                "judged on": len(held_out),
                "thresholds": [shares(held_out, list(map(model.standing, held_out)), each) for each in THRESHOLDS],
                "abstained at right": at_shares(held_out, list(map(model.standing, held_out))),
                "plain similarity": at_shares(held_out, [each.similarity for each in held_out]),
            }
            for name, (model, held_out) in models.items()
        },
    }


def show(found: dict[str, Any]) -> None:
    print(f"{found['questions']:,} questions, {found['not judged']} of them not judged")
    for name, model in found["models"].items():
        print(f"\n{name}, judged on {model['judged on']:,} questions of other articles")
        print("  ".join([f"bias {model['bias']}", *(f"{sign} {weight}" for sign, weight in model["weights"].items())]))
        print(f"{'threshold':>10}{'right':>8}{'answered':>10}{'abstained':>11}{'wrong of served':>17}")
        for row in model["thresholds"]:
            print(f"{row['threshold']:10.2f}{row['right']:8.3f}{row['answered']:10.3f}", end="")
            print(f"{row['abstained']:11.3f}{row['wrong']:17.3f}")
        for rule in ("abstained at right", "plain similarity"):
            print(f"{rule:20}" + "  ".join(f"{at}: {_told(value)}" for at, value in model[rule].items()))


def _told(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with squad2/")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = report(asyncio.run(measure(given.folder)))
    if given.json:
        print(json.dumps(found))
    else:
        show(found)


if __name__ == "__main__":
    main()
