"""QuestionAsked in; AnswerServed, AnswerAbstained, AnswerFailed, QuestionBlocked or AnswerBlocked out: one each.

Understand, retrieve, weigh, draft, check. A question past its deadline is answered `AnswerFailed` and costs nothing
more: nobody waits for it any longer. A transient error is the runner's to retry, until that deadline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.answering.drafting import Writing
from agents.answering.evidence import weigh_evidence
from agents.answering.experimenting import Treatment, treat
from agents.answering.guarding import showable_question
from agents.answering.neighbours import merge_neighbours
from agents.answering.options import AnsweringOptions
from agents.answering.outcomes import answer_id, freshness_ms, looked_at, outcome, retrieval, watermark
from agents.answering.ports import AnsweringPorts
from agents.answering.retrieve import Retrieved, retrieve
from agents.answering.screen import blank_question
from agents.answering.stopwatch import Stopwatch
from agents.answering.understanding import Understood, understand
from agents.shapes import Handler
from agents.tracer import Span
from schemas import signals
from schemas.answers import (
    DEADLINE_PASSED,
    Answer,
    AnswerAbstained,
    AnswerBlocked,
    AnswerFailed,
    AnswerServed,
    Finding,
    Provenance,
    QuestionBlocked,
)
from schemas.drafts import DraftTask
from schemas.event import Event
from schemas.failures import PermanentError, TransientError
from schemas.guardrails import REFUSED
from schemas.questions import QuestionAsked

NOT_FOUND = "The documents that you may read do not answer this question."
"""Text of an answer that abstains."""
LEFT_OUT = " Guardrails left passages out; the findings say which."
NOTHING_CITABLE = "No sentence of the passages that were found could be cited as an answer."
TRUNCATED = Finding(rule="question-truncated", reason="The question was cut to the length that the embedder takes.")


def make_answering_handler(ports: AnsweringPorts, options: AnsweringOptions) -> Handler[QuestionAsked]:
    """Bind the ports. The handler keeps nothing between questions, so many may run at once.

    It raises only `TransientError`, for the runner to retry. What an adapter says in a `PermanentError` may name hosts
    or keys, so the asker is told no more than the stage that failed.
    """

    async def answer(question: QuestionAsked) -> Sequence[Event]:
        watch = Stopwatch(ports.clock, question.at, question.deadline_ms or options.default_deadline_ms, ports.tracer)
        with ports.tracer.span(signals.ASSIGN) as span:
            treatment = treat(question, ports, options)
            span.note({signals.EXPERIMENTS: [f"{each.experiment}={each.arm}" for each in treatment.assigned]})
        return (treatment.marked(await _answered(treatment, watch)),)

    return answer


async def _answered(treatment: Treatment, watch: Stopwatch) -> Answer:
    answering = _Answering(treatment.question, treatment.ports, treatment.options, watch, treatment)
    try:
        return await answering.answer()
    except TransientError:
        if not watch.overdue():
            raise
        return answering.too_late()
    except PermanentError:
        return answering.failed(f"The {watch.stage} stage refused this question for good; asking again will not help.")


@dataclass
class _Answering:
    """One question on its way; what is known of it grows."""

    question: QuestionAsked
    ports: AnsweringPorts
    options: AnsweringOptions
    watch: Stopwatch
    treatment: Treatment
    understood: Understood | None = None
    found: Retrieved | None = None
    writing: Writing | None = None
    language: str = ""

    async def answer(self) -> Answer:
        if blank := blank_question(self.question.text):
            return outcome(QuestionBlocked, self.question, self.watch, reason=blank.reason, findings=(blank,))
        if self.watch.overdue():
            return self.too_late()
        self.understood = understood = await understand(self.question, self.ports, self.watch)
        if understood.refused or understood.vector is None:
            kind = AnswerAbstained if understood.verdict.action == "abstain" else QuestionBlocked
            return self._outcome(kind, reason=understood.verdict.reason)
        sought = self.question.model_copy(update={"text": understood.text})
        self.found = found = await retrieve(
            sought,
            understood.vector,
            self.ports.index,
            self.options,
            self.watch,
            reranker=self.ports.reranker,
            guard=self.ports.guard,
        )
        if self.watch.overdue():
            return self.too_late()
        with self.watch.tracer.span(signals.WEIGH) as span:
            weighed = weigh_evidence(understood.text, found.passages, self.options)
            self.language, lacking = weighed.language, weighed.lacking
            span.note({signals.KEPT: len(found.passages), signals.LACKING: lacking is not None})
        if lacking is not None:
            left_out = LEFT_OUT if any(each.action in REFUSED for each in found.findings) else ""
            return self._outcome(AnswerAbstained, text=NOT_FOUND, reason=f"{lacking}{left_out}")
        with self.watch.measure("draft", signals.DRAFT) as span:
            await self._draft(understood, found)
            self._told(span)
        return self._drafted()

    def too_late(self) -> AnswerFailed:
        """Nobody waits any longer."""
        waited, allowed = self.watch.timings_ms()["total"], f"{self.watch.deadline_ms} ms were allowed"
        return self.failed(f"{DEADLINE_PASSED}: {waited:.0f} ms since the question was asked, and {allowed}")

    def failed(self, reason: str) -> AnswerFailed:
        """No answer could be made; of the question only what guardrails let be shown."""
        if self.understood:
            return outcome(AnswerFailed, self.question, self.watch, reason=reason, **self._asked(self.understood))
        asked = showable_question(self.ports.guard, self.question)
        return outcome(AnswerFailed, self.question, self.watch, reason=reason, question=asked)

    def _asked(self, understood: Understood) -> dict[str, object]:
        return {
            "question": understood.asked,
            "question_language": self.language,
            "question_sketch": understood.sketch,
        }

    async def _draft(self, understood: Understood, found: Retrieved) -> None:
        """The generator reads neighbours as one text; what it quotes is checked in the chunks themselves."""
        stretches = merge_neighbours(found.shown)
        self.writing = Writing(
            self.question,
            answer_id(self.question),
            found.passages,
            stretches,
            self.ports.guard,
            self.ports.releaser,
            strict=self.options.unsupported_claims == "abstain",
            tracer=self.watch.tracer,
        )
        task = DraftTask(
            tenant=self.question.tenant,
            question=understood.text,
            passages=tuple(stretch.passage for stretch in stretches),
            turns=understood.turns,
            seconds_left=self.watch.seconds_left(),
            prompt=self.treatment.prompt,
            label=self.treatment.label,
        )
        await self.writing.write(self.ports.generator, task)

    def _told(self, span: Span) -> None:
        writing = self.writing
        if writing is not None:
            span.note(
                {
                    signals.GENERATOR: signals.model_of(writing.generator_id or self.ports.generator.generator_id),
                    signals.PROMPT_VERSION: writing.prompt_version or None,
                    signals.GEN_AI_INPUT_TOKENS: writing.usage.input_tokens or None,
                    signals.GEN_AI_OUTPUT_TOKENS: writing.usage.output_tokens or None,
                    signals.CITATIONS: len(writing.citations),
                }
            )
            reason = "content_filter" if writing.refused else "stop"
            span.messages(signals.GEN_AI_OUTPUT_MESSAGES, [("assistant", writing.text)], finish_reason=reason)

    def _drafted(self) -> Answer:
        writing, found = self.writing, self.found
        assert writing is not None and found is not None, "a draft comes last"  # noqa: S101, PT018 - order of `answer`
        if writing.refused == "block":
            return self._outcome(AnswerBlocked, reason=writing.reason)
        if writing.refused or not writing.citations:
            return self._outcome(AnswerAbstained, text=NOT_FOUND, reason=writing.reason or NOTHING_CITABLE)
        return self._outcome(
            AnswerServed,
            text=writing.text,
            citations=writing.citations,
            freshness_ms=freshness_ms(writing.citations, found.passages, self.watch.now),
        )

    def _outcome(self, kind: type[Answer], **fields: object) -> Answer:
        """An outcome with all that is known by now."""
        understood, found, writing = self.understood, self.found, self.writing
        findings: tuple[Finding, ...] = ()
        if understood is not None:
            findings += ((TRUNCATED,) if understood.cut else ()) + understood.findings
            fields |= self._asked(understood)
        if found is not None:
            findings += found.findings
            fields["looked_at"] = looked_at(found.passages, found.fetched)
        if writing is not None:
            findings += writing.findings
            fields["usage"] = writing.usage
        return outcome(kind, self.question, self.watch, findings=findings, provenance=self._provenance(), **fields)

    def _provenance(self) -> Provenance:
        understood, found, writing = self.understood, self.found, self.writing
        policies = (understood.verdict.policies if understood else ()) + (found.policies if found else ())
        return Provenance(
            embedder_id=self.ports.embedder.embedder_id,
            generator_id=(writing.generator_id if writing else "") or self.ports.generator.generator_id,
            prompt_version=writing.prompt_version if writing else "",
            policies=tuple(dict.fromkeys(policies + (writing.policies if writing else ()))),
            standalone_question=understood.standalone if understood else "",
            retrieval=retrieval(self.question, self.options, found.reranker_id if found else None),
            index_watermark=watermark(found.passages if found else ()),
        )
