"""A generator's parts in, one checked answer out: every quote verified, every sentence guarded, then released.

Nothing is released before the output check has passed over it. A sentence is looked at together with all that was
released before it, since what a rule looks for may begin in one sentence and end in the next.
"""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from agents.answering.citations import CitationChecker, joined
from agents.answering.guarding import citable, without_redacted
from agents.answering.neighbours import Stretch, in_chunks
from agents.ports import Generator, Guard, Releaser, Subject
from agents.tracer import UNTRACED, Span, Tracer
from schemas import signals
from schemas.answers import AnswerDelta, Citation, Finding, Usage
from schemas.drafts import Claim, DraftEnded, DraftRestarted, DraftStarted, DraftTask, Quote
from schemas.guardrails import Action
from schemas.passages import Passage
from schemas.questions import QuestionAsked

UNSUPPORTED: Final = "A statement of the drafted answer is not carried by the passages that were found."
MOST_CLAIMS: Final = 24
"""Sentences of one answer; a model that goes on longer is stopped."""


@dataclass
class Writing:
    """One answer while it is written: what may be served of it so far."""

    question: QuestionAsked
    answer_id: str
    passages: Sequence[Passage]
    """As they are stored: what may be cited."""
    stretches: Sequence[Stretch]
    """The same as the generator reads them."""
    guard: Guard | None
    releaser: Releaser | None
    tracer: Tracer = UNTRACED
    strict: bool = False
    """Whether a claim that nothing carries makes the whole answer abstain, instead of being left out."""
    text: str = ""
    refused: Action | None = None
    """`block` or `abstain` once a rule has refused the answer."""
    reason: str = ""
    usage: Usage = field(default_factory=Usage)
    generator_id: str = ""
    prompt_version: str = ""
    policies: tuple[str, ...] = ()
    _checker: CitationChecker = field(init=False)
    _guarded: dict[str, Finding] = field(default_factory=dict)
    _findings: tuple[Finding, ...] = ()
    _instructions: str = ""
    _claims: int = 0
    _attempt: int = 0
    _sequence: int = 0

    def __post_init__(self) -> None:
        self._checker = CitationChecker(self.passages, self._citable)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Marker `[n]` in `text` stands for `citations[n - 1]`."""
        return tuple(self._checker.citations)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was noticed about the draft, each once."""
        return (*self._findings, *self._checker.findings(), *self._guarded.values())

    async def write(self, generator: Generator, task: DraftTask) -> None:
        """Take a whole draft in. Raises what the generator raises."""
        async with aclosing(generator.draft(task)) as parts:
            async for part in parts:
                match part:
                    case DraftStarted():
                        self._instructions = part.instructions
                        self.generator_id, self.prompt_version = part.generator_id, part.prompt_version
                    case Claim():
                        with self.tracer.span(signals.CHECK) as span:
                            await self._take(part, span)
                    case DraftRestarted():
                        self._restart(part)
                    case DraftEnded():
                        self._end(part)
                if self.refused or self._claims == MOST_CLAIMS:
                    return

    async def _take(self, claim: Claim, span: Span) -> None:
        self._claims += 1
        verified = self._checker.verified(in_chunks(claim, self.stretches))
        quotes: tuple[Quote, ...] = ()
        for quote in verified.quotes:
            pieces, findings = without_redacted(self.guard, self.question.tenant, quote)
            quotes += pieces
            self._guarded.update({f"{each.rule} of {quote.span}": each for each in findings})
        span.note({signals.QUOTES: len(claim.quotes), signals.QUOTES_VERIFIED: len(quotes)})
        if not quotes or not verified.text:
            if self.strict:
                self.refused, self.reason = "abstain", UNSUPPORTED
            return
        before = len(self._checker.citations)
        sentence = self._checker.cited(verified.model_copy(update={"quotes": quotes}))
        await self._release(self._guarded_text(joined(self.text, sentence)), before)
        span.note({signals.GUARD_ACTION: self.refused or "allow"})

    def _citable(self, passage: Passage) -> Passage:
        shown, findings = citable(self.guard, self.question.tenant, passage)
        self._guarded.update({f"{each.rule} above {passage.chunk_id}": each for each in findings})
        return shown

    def _guarded_text(self, text: str) -> str:
        """What may go on of all the text so far."""
        if self.guard is None:
            return text
        sources = tuple(passage.text for passage in self.passages)
        verdict = self.guard.check(
            Subject(
                stage="answer",
                text=text,
                tenant=self.question.tenant,
                sources=sources,
                instructions=self._instructions,
            )
        )
        self.policies = verdict.policies
        self._guarded.update({f"{each.rule} {each.span}": each for each in verdict.findings})
        if verdict.refused:
            self.refused = verdict.action
            self.reason = verdict.reason
        return verdict.text

    async def _release(self, text: str, citations_before: int) -> None:
        if self.refused:
            del self._checker.citations[citations_before:]
            return
        piece = text[len(self.text) :]
        if not text.startswith(self.text):  # a rule has reached back into what was released: the text begins anew
            self._attempt, self._sequence, piece = self._attempt + 1, 0, text
        self.text = text
        if self.releaser is None or not self.question.stream:
            return
        await self.releaser.release(
            AnswerDelta(
                event_id=f"{self.answer_id}/{self._attempt}/{self._sequence}",
                tenant=self.question.tenant,
                at=self.question.at,
                query_id=self.question.query_id or self.question.event_id,
                answer_id=self.answer_id,
                attempt=self._attempt,
                sequence=self._sequence,
                text=piece,
            )
        )
        self._sequence += 1

    def _restart(self, restarted: DraftRestarted) -> None:
        self._findings += (restarted.finding,)
        self.generator_id, self.prompt_version = restarted.generator_id, ""
        self._checker = CitationChecker(self.passages, self._citable)
        self._guarded.clear()
        self.text, self._instructions, self._claims = "", "", 0
        self._attempt, self._sequence = self._attempt + 1, 0

    def _end(self, end: DraftEnded) -> None:
        self.usage = end.usage
        self.generator_id = end.generator_id
        self.prompt_version = end.prompt_version
        self._findings += end.findings
