"""Answers, and everything needed to check, trace and replay them."""

from typing import Final, Literal

from pydantic import Field

from schemas.base64_bytes import Base64Bytes
from schemas.chunks import Span
from schemas.event import Event, Identifier, Value

DEADLINE_PASSED: Final = "deadline passed"
"""How the reason of an `AnswerFailed` begins whose time ran out."""


STAGES = ("queue", "recall", "rewrite", "embed", "screen", "search", "rerank", "draft")
"""That `timings_ms` may have, in order, beside the total."""


class Citation(Value):
    """Where a claim comes from. `quote` is exactly the parsed document's text at `span`."""

    chunk_id: str
    doc_id: str
    revision: int
    title: str | None = None
    uri: str | None = None
    heading: tuple[str, ...] = ()
    span: Span
    """Offsets of the quote in the parsed document, not in the chunk."""
    quote: str
    score: float


class Finding(Value):
    """Something that a check noticed about a question, a passage or an answer."""

    rule: str
    reason: str
    score: float = 1.0
    """How sure the rule is, 0 to 1, or how much it found."""
    stage: str = ""
    """What was looked at: `question`, `document`, `passage` or `answer`; empty for a check that is no guardrail."""
    action: str = ""
    """What the policy has done about it: `block`, `redact`, `flag` or `abstain`."""
    span: Span | None = None
    """Where in the text, in characters, when the rule points at a place."""
    checked: bool = True
    """False when the rule broke or ran out of time: the text was not found clean, it was not looked at."""


class Watermark(Value):
    """Highest document offset that the index was known to hold, for one partition of `documents`."""

    partition: int
    offset: int


class Provenance(Value):
    """What made an answer: enough to make it again."""

    embedder_id: str = ""
    generator_id: str = ""
    prompt_version: str = ""
    policies: tuple[str, ...] = ()
    """Guardrail policies that applied, as `name@version`."""
    standalone_question: str = ""
    """What was searched for when the question was a follow-up; empty when it was taken as it stands."""
    retrieval: dict[str, str | int | float | bool] = Field(default_factory=dict)
    index_watermark: tuple[Watermark, ...] = ()
    trace_id: str = ""


class Usage(Value):
    """Tokens that a language model read and wrote; zero for extractive answers."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """What they cost, in the currency of the prices in the settings."""


class LookedAt(Value):
    """A passage that was considered, whether or not it was cited."""

    chunk_id: str
    doc_id: str
    score: float
    similarity: float


class Answer(Event):
    """What all five outcomes of a question share. `answer_id` is derived from `query_id`."""

    query_id: Identifier
    answer_id: str
    question: str = ""
    question_language: str = ""
    """ISO 639 code as far as it was found while answering, `und` where it is unclear."""
    question_sketch: Base64Bytes | None = None
    """Direction of the embedding that was searched with: one signed byte a dimension (agents/sketches.py)."""
    user_id: str | None = None
    session_id: str | None = None
    text: str = ""
    citations: tuple[Citation, ...] = ()
    findings: tuple[Finding, ...] = ()
    assignment: dict[str, str] = Field(default_factory=dict)
    """Experiment to arm; of another tenant's experiment its tenant and a slash come first."""
    units: dict[str, str] = Field(default_factory=dict)
    """Experiment to the unit that was assigned: user, session or question."""
    provenance: Provenance = Provenance()
    looked_at: tuple[LookedAt, ...] = ()
    freshness_ms: float | None = None
    """How old the newest cited evidence is: milliseconds from its document's event time to this answer."""
    timings_ms: dict[str, float] = Field(default_factory=dict)
    """Milliseconds per stage: queue, embed, search, draft, total."""
    usage: Usage = Usage()


class AnswerServed(Answer):
    """An answer whose every sentence is cited."""

    type: Literal["AnswerServed"] = "AnswerServed"


class AnswerAbstained(Answer):
    """Nothing in the index that the asker may read supports an answer; `looked_at` says what was considered."""

    type: Literal["AnswerAbstained"] = "AnswerAbstained"
    reason: str = ""


class QuestionBlocked(Answer):
    """The question itself was refused, with the reason in `findings`."""

    type: Literal["QuestionBlocked"] = "QuestionBlocked"
    reason: str = ""


class AnswerBlocked(Answer):
    """An answer was drafted and did not pass the output check."""

    type: Literal["AnswerBlocked"] = "AnswerBlocked"
    reason: str = ""


class AnswerFailed(Answer):
    """No answer could be made: past its deadline, or something broke for good."""

    type: Literal["AnswerFailed"] = "AnswerFailed"
    reason: str = ""

    @property
    def too_late(self) -> bool:
        """Whether its time ran out: what it depends on was away, or too slow."""
        return self.reason.startswith(DEADLINE_PASSED)


class AnswerDelta(Event):
    """A released piece of an answer's text, in order of `sequence`, for those who read along.

    A higher `attempt` starts the text anew: what earlier attempts released is void.
    """

    type: Literal["AnswerDelta"] = "AnswerDelta"
    query_id: Identifier
    answer_id: str
    attempt: int = Field(default=0, ge=0)
    sequence: int = Field(ge=0)
    text: str
