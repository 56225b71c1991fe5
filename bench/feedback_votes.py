"""MovieLens' ratings in, feedback on answers out: movies are answers, and all comes shuffled, doubled, early and late.

The times are those of the ratings, five years on: they begin in 1995, and what is older than 2000 is refused. Besides
the rating itself every tenth user had said something else an hour before; every fiftieth takes it back an hour later.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from schemas.experiments import Arm, ExperimentDefined
from schemas.feedback import AnswerExposed, FeedbackGiven

LATER: Final = timedelta(days=5 * 365.25)
EXPERIMENT: Final = "replay"
UNITS: Final = 500
REPEATED: Final = 0.05


@dataclass(frozen=True)
class Vote:
    """One line of what is expected; a score of None takes it back."""

    answer: str
    user: str
    at: datetime
    event_id: str
    score: float | None

    @property
    def event(self) -> FeedbackGiven:
        return FeedbackGiven(
            event_id=self.event_id,
            at=self.at,
            answer_id=self.answer,
            user_id=self.user,
            kind="rating",
            score=self.score,
        )


def read(folder: Path, limit: int | None = None) -> list[Vote]:
    """Of each rating the votes that it stands for, from 0.5 stars (-1) to 5 (1)."""
    with (folder / "ratings.csv").open(encoding="utf-8") as file:
        return [
            vote
            for number, row in zip(range(limit or 10**9), csv.DictReader(file), strict=False)
            for vote in _votes(number, row)
        ]


def _votes(number: int, row: dict[str, str]) -> Iterator[Vote]:
    at = datetime.fromtimestamp(int(row["timestamp"]), UTC) + LATER
    about = {"answer": f"movie-{row['movieId']}", "user": f"user-{row['userId']}"}
    score = (float(row["rating"]) - 2.75) / 2.25
    if number % 10 == 0:
        yield Vote(**about, at=at - timedelta(hours=1), event_id=f"{number}-before", score=-score)
    yield Vote(**about, at=at, event_id=f"{number}", score=score)
    if number % 50 == 0:
        yield Vote(**about, at=at + timedelta(hours=1), event_id=f"{number}-back", score=None)


def definition() -> ExperimentDefined:
    arms = (Arm(name="a"), Arm(name="b"))
    return ExperimentDefined(event_id=EXPERIMENT, at=datetime.now(UTC), name=EXPERIMENT, arms=arms, ramp=(1.0,))


def in_experiment(answer: str) -> bool:
    """Of three answers one is outside: what is said of it first is its user's past."""
    return int(answer.partition("-")[2]) % 3 != 0


def unit_of(answer: str) -> str:
    """Answers are told to so many users in turn, three to each."""
    return f"unit-{_unit(answer)}"


def arm_of(answer: str) -> str:
    return "ab"[_unit(answer) % 2]


def _unit(answer: str) -> int:
    return int(answer.partition("-")[2]) // 3 % UNITS


def shuffled(votes: Sequence[Vote], seed: int) -> list[FeedbackGiven | AnswerExposed]:
    """All votes and answers in one random order, and one in twenty votes a second time somewhere."""
    chance = random.Random(seed)
    again = chance.sample(list(votes), round(REPEATED * len(votes)))
    answers = {each.answer: None for each in votes}
    events: list[FeedbackGiven | AnswerExposed] = [each.event for each in (*votes, *again)]
    events += [
        AnswerExposed(
            event_id=f"exposed-{answer}",
            at=datetime.now(UTC),
            answer_id=answer,
            query_id=answer,
            user_id=unit_of(answer),
            outcome="AnswerServed",
            assignment={EXPERIMENT: arm_of(answer)} if in_experiment(answer) else {},
            units={EXPERIMENT: unit_of(answer)} if in_experiment(answer) else {},
        )
        for answer in answers
    ]
    chance.shuffle(events)
    return events
