"""A question as asked in, what is searched for out: screened, made standalone where it follows up, and embedded.

The text that goes on is the text that was checked: what a rule redacted is searched for without it.
"""

from base64 import b64encode
from dataclasses import dataclass

from agents.answering.guarding import check_question
from agents.answering.ports import AnsweringPorts
from agents.answering.stopwatch import Stopwatch
from agents.answering.telling import embeddings, screened
from agents.ports import Vectors
from agents.sketches import sketch
from schemas import signals
from schemas.answers import Finding
from schemas.drafts import Turn
from schemas.guardrails import Verdict
from schemas.questions import QuestionAsked


@dataclass(frozen=True)
class Understood:
    """What is known of a question before anything is searched."""

    asked: str
    """The question as it was asked, with what had to be redacted replaced."""
    text: str
    """What is searched for and answered."""
    vector: Vectors | None
    """Of `text`; None for a question that was refused before."""
    cut: bool
    """Whether the embedder had to cut `text`."""
    turns: tuple[Turn, ...]
    verdict: Verdict
    """What the rules for questions said; refused or not."""

    @property
    def refused(self) -> bool:
        """Whether the question is not to be answered."""
        return self.verdict.refused

    @property
    def sketch(self) -> str | None:
        """Of `vector`, in base64 as events carry it; None for a question that was refused."""
        return None if self.refused or self.vector is None else b64encode(sketch(self.vector[0])).decode()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of the rules for questions."""
        return self.verdict.findings

    @property
    def standalone(self) -> str:
        """`text` where it differs from what was asked, else empty."""
        return "" if self.text == self.asked else self.text


async def understand(question: QuestionAsked, ports: AnsweringPorts, watch: Stopwatch) -> Understood:
    """Screen, rewrite and embed. Raises whatever the embedder raises, `TransientError` and `PermanentError`."""
    turns: tuple[Turn, ...] = ()
    if ports.conversations is not None and question.session_id:
        with watch.measure("recall", signals.RECALL) as span:
            turns = tuple(await ports.conversations.turns(question))
            span.note({signals.TURNS: len(turns)})
    asked = text = question.text
    earlier: tuple[Finding, ...] = ()
    if turns and ports.rewriter is not None:
        with watch.measure("screen", signals.SCREEN) as span:
            verdict = check_question(ports.guard, question.tenant, text)
            screened(span, "question", verdict.action, verdict.findings)
        if verdict.refused:
            return Understood(verdict.text, verdict.text, None, False, turns, verdict)
        asked, earlier = verdict.text, verdict.findings
        with watch.measure("rewrite", signals.REWRITE):
            text = await ports.rewriter.standalone(
                asked, turns, tenant=question.tenant, seconds_left=watch.seconds_left()
            )
    vector, cut = await _embed(text, ports, watch)
    with watch.measure("screen", signals.SCREEN) as span:
        verdict = check_question(ports.guard, question.tenant, text, vector, ports.embedder.embedder_id)
        screened(span, "question", verdict.action, verdict.findings)
        span.text(signals.GEN_AI_QUERY_TEXT, verdict.text)
    if verdict.text != text:
        vector, cut = await _embed(verdict.text, ports, watch)
    if text != question.text:  # else the second look saw all that the first one did
        verdict = verdict.model_copy(update={"findings": tuple(dict.fromkeys((*earlier, *verdict.findings)))})
    asked = verdict.text if text == asked else asked
    return Understood(asked, verdict.text, vector, cut, turns, verdict)


async def _embed(text: str, ports: AnsweringPorts, watch: Stopwatch) -> tuple[Vectors, bool]:
    with watch.measure("embed", *embeddings(ports.embedder, 1)) as span:
        vector, cut = await ports.embedder.embed_question(text)
        span.note({signals.CUT: cut})
    return vector, cut
