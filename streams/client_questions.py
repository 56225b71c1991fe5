"""What an asker says in, the event of the question out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict
from uuid import uuid4

from schemas.questions import QuestionAsked, Scalar


class Asked(TypedDict, total=False):
    """What may be said with a question; see `QuestionAsked`."""

    tenant: str
    groups: Sequence[str]
    filters: Mapping[str, Scalar] | None
    top_k: int
    deadline_ms: int | None
    user_id: str | None
    session_id: str | None


def asked_now(
    now: datetime,
    text: str,
    *,
    tenant: str = "default",
    groups: Sequence[str] = (),
    filters: Mapping[str, Scalar] | None = None,
    top_k: int = 8,
    deadline_ms: int | None = None,
    user_id: str | None = None,
    session_id: str | None = None,
) -> QuestionAsked:
    """A question with an id that nobody else has. Raises pydantic's `ValidationError` for one that is none."""
    query_id = str(uuid4())
    return QuestionAsked(
        event_id=query_id,
        query_id=query_id,
        at=now,
        tenant=tenant,
        text=text,
        user_id=user_id,
        session_id=session_id,
        groups=tuple(groups),
        filters=dict(filters or {}),
        top_k=top_k,
        deadline_ms=deadline_ms,
    )
