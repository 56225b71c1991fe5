"""Votes drawn by a seed, and what they say when they are taken in their order: a few plain lines, no code of ours."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.feedback_votes import Vote

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def votes_of(count: int, seed: int) -> list[Vote]:
    """On sixty answers by forty users, who change their minds and take it back."""
    chance = random.Random(seed)
    return [
        Vote(
            answer=f"movie-{chance.randrange(60)}",
            user=f"user-{chance.randrange(40)}",
            at=BEGIN + timedelta(seconds=chance.randrange(count // 2)),
            event_id=f"v{number}",
            score=chance.choice((-1.0, -0.5, 0.25, 1.0, None)),
        )
        for number in range(count)
    ]


def worth_of(votes: Sequence[Vote]) -> dict[str, float]:
    """Mean over users of the last that each said of an answer; nothing for an answer of which nobody says anything."""
    last = {(each.answer, each.user): each.score for each in sorted(votes, key=lambda vote: (vote.at, vote.event_id))}
    said = [(answer, score) for (answer, _), score in last.items() if score is not None]
    return {
        answer: sum(score for other, score in said if other == answer) / sum(other == answer for other, _ in said)
        for answer in {answer for answer, _ in said}
    }


def tallied(stored: bytes) -> dict[str, Any]:
    """The sums in a stored state of an experiment."""
    sums: dict[str, Any] = json.loads(stored)["state"]["sums"]
    return sums
