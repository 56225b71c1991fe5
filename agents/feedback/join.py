"""Answers and what people say of them in, in any order; outcomes out, each in place of the one before.

What the state of an answer holds is bounded: so many users, so many votes that wait for an answer which has not come,
and both for a time. Times to live count from when a record came (Kafka's timestamp), not from the event's own time: a
log that is replayed, or a phone that was offline, has events of long ago.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from pydantic import Field

from agents.feedback.orphans import orphaned
from agents.feedback.scoring import FEEDBACK, at_exposure, outcomes, units_exposed
from agents.feedback.votes import NOBODY, Votes, with_vote, worth
from agents.shapes import Step
from agents.tracer import UNTRACED, Tracer
from schemas.event import Event, Origin, UtcDatetime, Value, derive_id, origin_of
from schemas.failures import ImplausibleError
from schemas.feedback import AnswerExpired, AnswerExposed, FeedbackGiven

MAX_USERS: Final = 1_000
"""Whose votes are kept for one answer."""
MAX_WAITING: Final = 1_000
"""Votes that wait for one answer."""
FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(hours=1)
"""How far a clock may be ahead of Kafka's."""

Told: TypeAlias = FeedbackGiven | AnswerExposed | AnswerExpired


class Waiting(Value):
    """A vote whose answer has not come."""

    given: FeedbackGiven
    origin: Origin
    received_at: UtcDatetime
    traceparent: str = ""
    """Of the trace that it was given in."""


class Joined(Value):
    """What is known of one answer."""

    answer: AnswerExposed | None = None
    exposed_at: UtcDatetime | None = None
    """When the answer came."""
    votes: Votes = Field(default_factory=dict)
    score: float | None = None
    scored_by: Origin | None = None
    """The record that the latest score came from."""
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True)
class Lifetimes:
    """How long is waited."""

    waiting: timedelta = timedelta(hours=1)
    """By a vote for its answer."""
    answer: timedelta = timedelta(days=30)
    """For votes on an answer."""
    unit: timedelta = timedelta(days=60)
    """Of a unit without any new outcome: longer than an answer's, so that none of its answers can have another."""


Outcome: TypeAlias = tuple[Joined | None, Sequence[Event]]


def make_join_step(lifetimes: Lifetimes, tracer: Tracer = UNTRACED) -> Step[Joined, Told]:
    """The step. It raises `ImplausibleError` for feedback that cannot be taken, which goes to the dead letters.

    Feedback has a trace of its own, its giver's: `tracer` is told of the answer's.
    """
    return _Join(lifetimes, tracer)


def due(state: Joined, lifetimes: Lifetimes, now: datetime) -> bool:
    """Whether something in `state` has had its time."""
    if state.exposed_at is not None:
        return state.exposed_at + lifetimes.answer <= now
    return any(each.received_at + lifetimes.waiting <= now for each in state.waiting)


def expired(key: str, now: datetime) -> AnswerExpired:
    """What a timer says of a state that is due; `key` is the state's, tenant and answer."""
    tenant, _, answer_id = key.partition("/")
    return AnswerExpired(
        event_id=derive_id("expired", key, now.isoformat()), tenant=tenant, at=now, answer_id=answer_id
    )


def making_expired(lifetimes: Lifetimes) -> Callable[[str, Joined, datetime], Sequence[Event]]:
    """What the timer asks of each state."""
    return lambda key, state, now: (expired(key, now),) if due(state, lifetimes, now) else ()


@dataclass(frozen=True)
class _Join:
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    tracer: Tracer = UNTRACED

    def __call__(self, state: Joined | None, event: Told) -> Outcome:
        before = state or Joined()
        match event:
            case FeedbackGiven():
                return self._given(before, event)
            case AnswerExposed():
                return self._exposed(before, event)
            case AnswerExpired():
                return self._expired(state, event)

    def _given(self, before: Joined, given: FeedbackGiven) -> Outcome:
        origin = origin_of(given)
        received_at = origin.came_at
        _refuse_impossible_time(given, received_at)
        if before.answer is None:
            return _put_aside(
                before, Waiting(given=given, origin=origin, received_at=received_at, traceparent=self.tracer.here())
            ), ()
        self.tracer.link(before.answer.traceparent)
        if self._too_late(before, received_at):
            raise ImplausibleError(f"feedback came more than {self.lifetimes.answer} after its answer")
        if len(before.votes) >= MAX_USERS and (given.user_id or NOBODY) not in before.votes:
            raise ImplausibleError(f"the answer has votes of {MAX_USERS:,} users, and takes no others")
        return _scored(before.model_copy(update={"votes": with_vote(before.votes, given)}), given, origin)

    def _exposed(self, before: Joined, answer: AnswerExposed) -> Outcome:
        if before.answer is not None:  # told twice
            return before, ()
        origin = origin_of(answer)
        votes: Votes = {}
        for each in before.waiting:
            votes = with_vote(votes, each.given)
            self.tracer.link(each.traceparent)
        exposed_at = origin.came_at
        after, scores = _scored(Joined(answer=answer, exposed_at=exposed_at, votes=votes), answer, origin)
        told = units_exposed(answer, origin, scored=bool(scores))
        return after, [*at_exposure(answer, origin), *told, *scores]

    def _expired(self, state: Joined | None, event: AnswerExpired) -> Outcome:
        if state is None or not due(state, self.lifetimes, event.at):
            return state, ()
        if state.answer is not None:
            return None, ()
        over = [each for each in state.waiting if each.received_at + self.lifetimes.waiting <= event.at]
        rest = tuple(each for each in state.waiting if each not in over)
        whose = f"tenant {event.tenant} has no answer {event.answer_id}"
        reason = f"{whose} that came within {self.lifetimes.waiting}, or its time for feedback was over"
        letters = [orphaned(each.given, each.origin, each.received_at, reason) for each in over]
        return (state.model_copy(update={"waiting": rest}) if rest else None), letters

    def _too_late(self, state: Joined, received_at: datetime) -> bool:
        return state.exposed_at is not None and state.exposed_at + self.lifetimes.answer < received_at


def _refuse_impossible_time(given: FeedbackGiven, received_at: datetime) -> None:
    """A vote that is dated ahead would win for ever; one of 1970 is a clock that was never set."""
    if given.at < FIRST:
        raise ImplausibleError(f"feedback of {given.at:%Y-%m-%d} is older than any answer: was a clock never set?")
    if given.at > received_at + AHEAD:
        raise ImplausibleError(f"feedback of {given.at.isoformat()} came before its own time: check the sender's clock")


def _put_aside(before: Joined, waiting: Waiting) -> Joined:
    if len(before.waiting) >= MAX_WAITING:
        raise ImplausibleError(f"{MAX_WAITING:,} votes wait already for an answer of this id, which has not come")
    return before.model_copy(update={"waiting": (*before.waiting, waiting)})


def _scored(state: Joined, caused_by: Event, origin: Origin) -> Outcome:
    score = worth(state.votes)
    if score == state.score or state.answer is None:
        return state, ()
    events = outcomes(
        state.answer,
        FEEDBACK,
        score,
        caused_by=caused_by,
        origin=origin,
        superseded=state.scored_by,
        previous=state.score,
    )
    return state.model_copy(update={"score": score, "scored_by": origin}), events
