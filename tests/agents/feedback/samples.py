"""Answers and feedback as they come from Kafka, with the record that they came in."""

from datetime import UTC, datetime, timedelta

from schemas.event import Origin
from schemas.feedback import AnswerExpired, AnswerExposed, FeedbackGiven, OutcomeScored, UnitExposed, UnitPast

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def later(**by):
    return NOON + timedelta(**by)


def read(event, offset=0, received_at=None, topic="feedback"):
    """The event as decoded from partition 0 of its topic; it came when it happened, unless `received_at` says so."""
    origin = Origin(topic=topic, partition=0, offset=offset, at=event.at, received_at=received_at or event.at)
    return event.model_copy(update={"read_from": origin})


def vote(score, offset=1, user="ann", received_at=None, **fields):
    fields = {"event_id": f"f{offset}", "at": NOON} | fields
    return read(FeedbackGiven(answer_id="a", user_id=user, score=score, **fields), offset, received_at)


def exposure(offset=0, received_at=None, **fields):
    fields = {
        "event_id": "e",
        "at": NOON,
        "assignment": {"x": "b"},
        "units": {"x": "ann"},
        "latency_ms": 120.0,
        "outcome": "AnswerServed",
    } | fields
    return read(AnswerExposed(answer_id="a", query_id="q", user_id="ann", **fields), offset, received_at)


def expiry(at):
    return AnswerExpired(event_id="t", answer_id="a", at=at)


def outcome(score, answer="a", offset=0, event_id=None, **fields):
    fields = {"experiment": "x", "arm": "b", "unit": "ann", "metric": "feedback", "at": NOON} | fields
    event = OutcomeScored(event_id=event_id or f"o{offset}", answer_id=answer, score=score, **fields)
    return read(event, offset, topic="outcomes")


def reached(offset=0, experiments=("x",)):
    """An answer of these experiments reached Ann."""
    event = UnitExposed(event_id=f"r{offset}", at=NOON, unit="ann", experiments=experiments, metric="feedback")
    return read(event, offset, topic="outcomes")


def before(past, offset=0):
    """What Ann's answers were worth before experiment x."""
    event = UnitPast(event_id=f"p{offset}", at=NOON, experiment="x", unit="ann", metric="feedback", past=past)
    return read(event, offset, topic="outcomes")


def fold(step, events, state=None):
    """State and all that came out after `events`."""
    given = []
    for event in events:
        state, more = step(state, event)
        given += more
    return state, given
