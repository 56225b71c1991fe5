"""Questions as askers send them."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from schemas.event import Event, Identifier

MAX_TOP_K = 50
MAX_QUESTION_CHARACTERS = 8_192
MAX_DEADLINE_MS = 86_400_000
"""A day."""

Scalar = str | int | float | bool


class QuestionAsked(Event):
    """Somebody wants to know something. `{"text": "…"}` alone is a valid question.

    `groups` are the asker's; a chunk is found only if its readers include one of them or everyone.
    `filters` are equalities on the documents' scalar metadata. A missing `query_id` is the event's id.
    """

    type: Literal["QuestionAsked"] = "QuestionAsked"
    query_id: Identifier = ""
    text: Annotated[str, Field(max_length=MAX_QUESTION_CHARACTERS)]
    user_id: str | None = None
    session_id: str | None = None
    groups: Annotated[tuple[str, ...], Field(max_length=256)] = ()
    filters: dict[str, Scalar] = Field(default_factory=dict)
    top_k: int = Field(default=8, ge=1, le=MAX_TOP_K)
    deadline_ms: int | None = Field(default=None, ge=1, le=MAX_DEADLINE_MS)
    """How long after `at` an answer is still wanted, in milliseconds."""
    stream: bool = False
    """Whether pieces of the answer are wanted on `answer-deltas` as they are released."""

    @model_validator(mode="before")
    @classmethod
    def _is_known_by_its_event_id(cls, fields: Any) -> Any:
        if isinstance(fields, dict) and not fields.get("query_id"):
            return {**fields, "query_id": fields.get("event_id", "")}
        return fields
