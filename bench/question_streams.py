"""SciFact's and SQuAD's questions in, streams of them out: without a change, or with a gradual shift and back."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

BEFORE, SHIFT = 2_000, 1_000
FIRST_SHARE, LAST_SHARE = 0.1, 0.6
"""Of new questions, at the beginning of the shift and at its end."""

Kind = Literal["articles", "mixed"]
"""How new questions come: article by article, as a new subject does, or from all 35 articles at once."""


@dataclass(frozen=True)
class Questions:
    """Texts."""

    usual: Sequence[str]
    new: Sequence[str]
    """In the order of the articles that they are about."""


def read(folder: Path) -> Questions:
    """`folder` holds `scifact/queries.jsonl` and `squad2/dev-v2.0.json`. Raises `SystemExit` when it does not."""
    scifact, squad = folder / "scifact" / "queries.jsonl", folder / "squad2" / "dev-v2.0.json"
    for path in (scifact, squad):
        if not path.is_file():
            raise SystemExit(f"{path} is not there. Give the folder that holds scifact/ and squad2/.")
    usual = [json.loads(line)["text"] for line in scifact.read_text("utf-8").splitlines()]
    articles = json.loads(squad.read_text("utf-8"))["data"]
    new = [asked["question"] for one in articles for part in one["paragraphs"] for asked in part["qas"]]
    return Questions([*dict.fromkeys(usual)], [*dict.fromkeys(new)])


def stationary(count: int, places: int, chance: random.Random) -> list[int]:
    """Places among `places` questions: all of them in a random order, again and again."""
    found: list[int] = []
    while len(found) < count:
        found += chance.sample(range(places), places)
    return found[:count]


def shifting(questions: Questions, after: int, kind: Kind, chance: random.Random) -> list[tuple[bool, int]]:
    """Usual questions, the shift, and `after` usual ones: whether each is a new one, and its place among its kind."""
    usual = iter(stationary(BEFORE + SHIFT + after, len(questions.usual), chance))
    start = chance.randrange(len(questions.new))
    stream = [(False, next(usual)) for _ in range(BEFORE)]
    for number in range(SHIFT):
        if chance.random() < FIRST_SHARE + (LAST_SHARE - FIRST_SHARE) * number / SHIFT:
            place = chance.randrange(len(questions.new)) if kind == "mixed" else start % len(questions.new)
            stream.append((True, place))
            start += 1
        else:
            stream.append((False, next(usual)))
    return stream + [(False, next(usual)) for _ in range(after)]
