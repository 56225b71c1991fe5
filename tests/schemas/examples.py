"""One full example of every event: what the golden files hold. Changing one here changes what is promised."""

import base64
from datetime import timedelta

from schemas.answers import (
    AnswerAbstained,
    AnswerBlocked,
    AnswerDelta,
    AnswerFailed,
    AnswerServed,
    Citation,
    Finding,
    LookedAt,
    Provenance,
    QuestionBlocked,
    Usage,
    Watermark,
)
from schemas.chunks import Chunk, ChunksPlanned, DocumentAttributes, Move, Span
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.event import Origin
from schemas.index_log import DocumentIndexed, DocumentSkipped, IndexCounts
from schemas.operations import AlertResolved, DeadLettered, Header
from schemas.questions import QuestionAsked
from tests.schemas.control_examples import ABOUT, CONTROL_EXAMPLES, NOON
from tests.schemas.watching_examples import ALERT, FIRED, WATCHING_EXAMPLES

ORIGIN = Origin(topic="documents", partition=2, offset=41, at=NOON)
WHOLE = Span(start=0, end=21)
ATTRIBUTES = DocumentAttributes(
    title="Rain", uri="https://example.org/rain", metadata={"lang": "en", "year": 2026}, readers=("staff",)
)
CITATION = Citation(
    chunk_id="c1",
    doc_id="rain",
    revision=3,
    title="Rain",
    uri="https://example.org/rain",
    heading=("Weather", "Water"),
    span=WHOLE,
    quote="Rain falls from clouds",
    score=0.75,
)
FINDING = Finding(
    rule="blank",
    reason="the question has no words",
    score=0.5,
    stage="question",
    action="block",
    span=Span(start=0, end=3),
    checked=True,
)
ANSWER = {
    **ABOUT,
    "query_id": "q1",
    "answer_id": "a1",
    "question": "Where does rain come from?",
    "question_language": "en",
    "question_sketch": base64.b64encode(b"\x01\xff\x7f"),
    "user_id": "u1",
    "session_id": "s1",
    "findings": (FINDING,),
    "assignment": {"prompt-test": "b"},
    "units": {"prompt-test": "u1"},
    "provenance": Provenance(
        embedder_id="minilm@1",
        generator_id="extractive@1",
        prompt_version="p1",
        policies=("baseline@1c9f0a2b",),
        standalone_question="Where does rain come from in summer?",
        retrieval={"top_k": 8, "alpha": 0.6, "hybrid": True, "mode": "relative"},
        index_watermark=(Watermark(partition=2, offset=41),),
        trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
    ),
    "looked_at": (LookedAt(chunk_id="c1", doc_id="rain", score=0.75, similarity=0.5),),
    "timings_ms": {"search": 2.5, "total": 9.0},
}


def encoded(raw):
    return base64.b64encode(raw)


EXAMPLES = [
    DocumentUpserted(
        **ABOUT,
        doc_id="rain",
        content=encoded(b"# Rain\n"),
        content_type="text/markdown",
        title="Rain",
        uri="https://example.org/rain",
        metadata={"lang": "en", "year": 2026, "tags": ["a", None, 0.5]},
        readers=("staff",),
        source_version=7,
    ),
    DocumentDeleted(**ABOUT, doc_id="rain", source_version=8),
    ChunksPlanned(
        **ABOUT,
        doc_id="rain",
        revision=3,
        embedder_id="all-MiniLM-L6-v2-int8@b77551a8d44e",
        attributes=ATTRIBUTES,
        upserts=(Chunk(chunk_id="c1", text="Rain falls from clouds", ordinal=0, span=WHOLE, heading=("Weather",)),),
        moves=(Move(chunk_id="c2", ordinal=1, span=Span(start=22, end=30), heading=("Weather",)),),
        deletes=("c3",),
        unchanged=4,
        deleted=False,
        warnings=("guessed the encoding",),
        origin=ORIGIN,
    ),
    DocumentIndexed(
        **ABOUT,
        doc_id="rain",
        revision=3,
        counts=IndexCounts(embedded=1, moved=1, deleted=1, unchanged=4),
        freshness_ms=120.5,
        embedder_id="minilm@1",
        sketch=base64.b64encode(b"\x01\xff\x7f"),
        deleted=False,
        warnings=("guessed the encoding",),
        origin=ORIGIN,
    ),
    DocumentSkipped(**ABOUT, doc_id="rain", reason="stale", detail="6 after 7", origin=ORIGIN),
    QuestionAsked(
        **ABOUT,
        query_id="q1",
        text="Where does rain come from?",
        user_id="u1",
        session_id="s1",
        groups=("staff",),
        filters={"lang": "en", "year": 2026, "draft": False, "weight": 0.5},
        top_k=5,
        deadline_ms=2_000,
        stream=True,
    ),
    AnswerServed(
        **ANSWER,
        text="Rain falls from clouds [1].",
        citations=(CITATION,),
        freshness_ms=4.5,
        usage=Usage(input_tokens=90, output_tokens=7, cost=0.0125),
    ),
    AnswerAbstained(**ANSWER, text="Not in the documents.", reason="no evidence"),
    QuestionBlocked(**ANSWER, reason="blank"),
    AnswerBlocked(**ANSWER, reason="personal data"),
    AnswerFailed(**ANSWER, reason="deadline passed"),
    AnswerDelta(**ABOUT, query_id="q1", answer_id="a1", attempt=1, sequence=0, text="Rain "),
    *CONTROL_EXAMPLES,
    *WATCHING_EXAMPLES,
    FIRED,
    AlertResolved(**ALERT, ended_at=NOON + timedelta(minutes=5)),
    DeadLettered(
        **ABOUT,
        topic="documents",
        partition=2,
        offset=41,
        key=encoded(b"rain"),
        value=encoded(b"\xff\xfe"),
        headers=(Header(key="ce_id", value=encoded(b"\x00")), Header(key="empty")),
        stage="plan",
        reason="the value is not UTF-8",
        error="Malformed",
        attempts=1,
        missing_bytes=3,
    ),
]
