"""Votes in, what an answer is worth out: one vote per user and kind, the last by event time.

A user's word is the last vote of a kind that is said on purpose (thumb, rating, correction). Of a user who said nothing
the signals count (click, copy, follow-up), at half their mean, since they are weaker. What the answer is worth is the
mean of its users' words, so that nobody who clicks ten times weighs ten times.
"""

import math
from collections.abc import Mapping
from typing import Final

from schemas.event import UtcDatetime, Value
from schemas.feedback import FeedbackGiven

SAID: Final = frozenset({"thumb", "rating", "correction"})
WEIGHT_OF_SIGNALS: Final = 0.5
NOBODY: Final = ""
"""Who gives no name is one user: two of them can't be told from one who clicked twice."""


class Vote(Value):
    """The last that one user gave in one kind. It is kept when it was taken back: an older one may come yet."""

    at: UtcDatetime
    event_id: str
    score: float | None

    def before(self, other: "Vote") -> bool:
        """Whether `other` replaces this one, whichever came first."""
        return (self.at, self.event_id) < (other.at, other.event_id)


Votes = dict[str, dict[str, Vote]]
"""User to kind to vote."""


def with_vote(votes: Votes, given: FeedbackGiven) -> Votes:
    """The votes with `given` among them; `votes` itself, unchanged, where a later one is known or it is known."""
    user = given.user_id or NOBODY
    vote = Vote(at=given.at, event_id=given.event_id, score=given.score)
    known = votes.get(user, {})
    if given.kind in known and not known[given.kind].before(vote):
        return votes
    return {**votes, user: {**known, given.kind: vote}}


def worth(votes: Votes) -> float | None:
    """Mean of the users' words, from -1 to 1; None when nobody says anything."""
    words = [word for kinds in votes.values() if (word := _word(kinds)) is not None]
    return math.fsum(words) / len(words) if words else None


def _word(kinds: Mapping[str, Vote]) -> float | None:
    said = [vote for kind, vote in kinds.items() if kind in SAID and vote.score is not None]
    if said:
        return max(said, key=lambda vote: (vote.at, vote.event_id)).score
    signals = sorted(vote.score for vote in kinds.values() if vote.score is not None)
    return WEIGHT_OF_SIGNALS * math.fsum(signals) / len(signals) if signals else None
