"""Answers as they come from Kafka, and how to look at what they show."""

import base64
from datetime import UTC, datetime

from schemas.answers import AnswerServed, Citation, LookedAt, Provenance, Usage
from schemas.chunks import Span

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ABOUT = {"event_id": "e", "tenant": "acme", "at": NOON}
SKETCH = bytes([1, 2, 255])
ANSWER = {
    **ABOUT,
    "query_id": "q",
    "answer_id": "a",
    "question": "And snow?",
    "question_language": "en",
    "question_sketch": base64.b64encode(SKETCH),
    "looked_at": (
        LookedAt(chunk_id="c1", doc_id="rain", score=0.9, similarity=0.6),
        LookedAt(chunk_id="c2", doc_id="snow", score=0.5, similarity=0.7),
    ),
    "provenance": Provenance(
        embedder_id="mini-1",
        generator_id="extractive-1",
        prompt_version="p1",
        policies=("default@1", "house@2"),
        standalone_question="Where does snow come from?",
        trace_id="4bf9",
    ),
    "timings_ms": {"queue": 0.0, "embed": 3.0, "search": 5.0, "draft": 0.0, "total": 12.5},
    "usage": Usage(input_tokens=100, output_tokens=20, cost=0.25),
}
CITATION = Citation(chunk_id="c1", doc_id="rain", revision=3, span=Span(start=0, end=4), quote="Rain", score=0.9)


def served(**fields):
    return AnswerServed(
        **{**ANSWER, "text": "It falls [1].", "citations": (CITATION,), "freshness_ms": 900.0, **fields}
    )
