"""An answer in, what the join with feedback needs of it out."""

from collections.abc import Sequence

from schemas.answers import Answer
from schemas.event import Event, derive_id
from schemas.feedback import AnswerExposed


async def expose(answer: Answer) -> Sequence[Event]:
    """`AnswerExposed`, keyed as feedback is. Abstentions and refusals were seen by somebody too."""
    return (
        AnswerExposed(
            event_id=derive_id("exposed", answer.tenant, answer.answer_id),
            tenant=answer.tenant,
            at=answer.at,
            answer_id=answer.answer_id,
            query_id=answer.query_id,
            user_id=answer.user_id,
            session_id=answer.session_id,
            outcome=type(answer).__name__,
            assignment=answer.assignment,
            units=answer.units,
            latency_ms=max(0.0, answer.timings_ms.get("total", 0.0)),
            cost=max(0.0, answer.usage.cost),
        ),
    )
