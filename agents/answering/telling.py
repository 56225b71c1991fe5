"""What a stage of an answer found out in, what is noted of it on its span out: bounded, and never a text."""

import json
from collections.abc import Sequence
from typing import Final

from agents.ports import Embedder
from agents.tracer import Noted, Span
from schemas import signals
from schemas.answers import Finding
from schemas.guardrails import ACTIONS
from schemas.passages import Passage

MOST_TOLD: Final = 20
"""Passages whose scores are noted, and rules that are named."""
OURS: Final = "ragstream"


def embeddings(embedder: Embedder, texts: int) -> tuple[str, dict[str, Noted]]:
    """Name and attributes of the span of an embedder's work."""
    model = signals.model_of(embedder.embedder_id)
    return signals.EMBEDDINGS.format(model=model), {
        signals.GEN_AI_OPERATION: "embeddings",
        signals.GEN_AI_PROVIDER: OURS,
        signals.GEN_AI_REQUEST_MODEL: model,
        signals.GEN_AI_DIMENSION: embedder.dimension,
        signals.TEXTS: texts,
    }


def screened(span: Span, stage: str, action: str, findings: Sequence[Finding]) -> None:
    """Note what guardrails made of a text."""
    span.note(
        {
            signals.GUARD_STAGE: stage,
            signals.GUARD_ACTION: action,
            signals.GUARD_RULES: sorted({each.rule for each in findings})[:MOST_TOLD],
        }
    )


def strictest(findings: Sequence[Finding]) -> str:
    """The strictest action of some findings; `allow` where there are none."""
    return max((each.action for each in findings if each.action in ACTIONS), key=ACTIONS.index, default="allow")


def found(span: Span, passages: Sequence[Passage]) -> None:
    """Note which passages were found, with which scores, best first."""
    told = passages[:MOST_TOLD]
    scores = [{"id": each.chunk_id, "doc_id": each.doc_id, "score": round(each.score, 4)} for each in told]
    span.note(
        {
            signals.FOUND: len(passages),
            signals.GEN_AI_DOCUMENTS: json.dumps(scores),
            signals.SIMILARITIES: [round(each.similarity, 4) for each in told],
        }
    )
