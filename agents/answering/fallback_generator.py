"""Two generators in, one that answers even when the first can't out: a language model, the extractive one behind it.

Part of the time is kept for the second, so that a question whose model is slow still gets its answer before the
deadline. The second steps in too when the first wrote only what no passage carries, unless it said that there is no
answer. What the first had said is void then, and the answer says why.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Final

from agents.ports import Clock, Generator
from schemas.answers import Finding
from schemas.drafts import Claim, DraftEnded, DraftPart, DraftRestarted, DraftTask
from schemas.failures import PermanentError, TransientError

RULE: Final = "generator-fallback"
NO_ANSWER_RULE: Final = "no-answer"
"""Of the finding by which a generator says that the passages hold no answer."""
MOST_RESERVED_S: Final = 1.0
RESERVED: Final = 0.2
"""Share of the time that is kept for the second generator, `MOST_RESERVED_S` at most."""
_LONGEST_REASON: Final = 300
_SECOND: Final = timedelta(seconds=1)


class FallbackGenerator:
    """A `Generator`: the first one's draft, or the second one's if the first fails on the way."""

    def __init__(self, primary: Generator, fallback: Generator, clock: Clock) -> None:
        self._primary = primary
        self._fallback = fallback
        self._clock = clock

    @property
    def generator_id(self) -> str:
        """Of the first; the draft's end says whose it was."""
        return self._primary.generator_id

    async def draft(self, task: DraftTask) -> AsyncGenerator[DraftPart, None]:
        """The first generator's parts; when it fails, `DraftRestarted`, and all of the second's.

        Raises what the second raises.
        """
        began = self._clock()
        reserved = min(MOST_RESERVED_S, RESERVED * task.seconds_left)
        hurried = task.model_copy(update={"seconds_left": task.seconds_left - reserved})
        carried, end = False, None
        try:
            async with aclosing(self._primary.draft(hurried)) as parts:
                async for part in parts:
                    if isinstance(part, DraftEnded):
                        end = part
                        break
                    carried = carried or (isinstance(part, Claim) and bool(part.quotes))
                    yield part
            reason = "nothing that it wrote is carried by a passage"
        except (TransientError, PermanentError) as error:
            reason = str(error) or type(error).__name__
        if end is not None and (carried or not task.passages or _says_no(end)):
            yield end
            return
        restarted = Finding(rule=RULE, reason=self._reason(reason))
        yield DraftRestarted(finding=restarted, generator_id=self._fallback.generator_id)
        left = max(0.0, task.seconds_left - (self._clock() - began) / _SECOND)
        async with aclosing(self._fallback.draft(task.model_copy(update={"seconds_left": left}))) as parts:
            async for part in parts:
                spent = {"usage": end.usage} if isinstance(part, DraftEnded) and end else {}
                yield part.model_copy(update=spent)

    def _reason(self, why: str) -> str:
        said = " ".join(why.split())[:_LONGEST_REASON]
        return f"{self._primary.generator_id} could not answer, so {self._fallback.generator_id} did: {said}"


def _says_no(end: DraftEnded) -> bool:
    return any(finding.rule == NO_ANSWER_RULE for finding in end.findings)
