"""An outcome in, what people think of an answer out."""

from collections.abc import Sequence

from agents.signals.observing import observed
from schemas.event import Event
from schemas.feedback import NO_EXPERIMENT, OutcomeScored, UnitExpired, UnitExposed, UnitPast
from schemas.operations import Evidence


async def observe_outcome(outcome: OutcomeScored | UnitExposed | UnitPast | UnitExpired) -> Sequence[Event]:
    """Source `feedback`: what was said of an answer, once however many experiments it was part of.

    A vote that replaces another is told as it stands then; one that was taken back shows nothing.
    """
    if not isinstance(outcome, OutcomeScored) or outcome.experiment != NO_EXPERIMENT or outcome.score is None:
        return ()
    evidence = Evidence(answer_id=outcome.answer_id)
    return (
        observed(outcome, "feedback", {"score": outcome.score}, labels={"metric": outcome.metric}, evidence=evidence),
    )
