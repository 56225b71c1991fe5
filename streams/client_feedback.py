"""What somebody says of an answer in, the event out."""

from datetime import datetime
from typing import TypedDict
from uuid import uuid4

from schemas.feedback import FeedbackGiven, Kind


class Said(TypedDict, total=False):
    """What may be said with a score; see `FeedbackGiven`."""

    tenant: str
    user_id: str | None
    kind: Kind
    comment: str | None


def given_now(
    now: datetime,
    answer_id: str,
    score: float | None,
    *,
    tenant: str = "default",
    user_id: str | None = None,
    kind: Kind = "thumb",
    comment: str | None = None,
) -> FeedbackGiven:
    """Feedback with an id that nothing else has. Raises pydantic's `ValidationError` for what is none."""
    return FeedbackGiven(
        event_id=str(uuid4()),
        at=now,
        tenant=tenant,
        answer_id=answer_id,
        user_id=user_id,
        score=score,
        kind=kind,
        comment=comment,
    )
