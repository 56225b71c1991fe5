"""One full example of every event: what the golden files hold. Changing one here changes what is promised."""

import base64
from datetime import UTC, datetime, timedelta

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
from schemas.experiments import (
    Arm,
    Estimate,
    ExperimentDecided,
    ExperimentDefined,
    ExperimentOpened,
    ExperimentReported,
    Metric,
    UnitScored,
)
from schemas.feedback import AnswerExpired, AnswerExposed, FeedbackGiven, OutcomeScored
from schemas.guardrails import PolicyPublished, RuleSetting
from schemas.index_log import DocumentIndexed, DocumentSkipped, IndexCounts
from schemas.operations import AlertFired, AlertResolved, DeadLettered, Evidence, Header
from schemas.prompts import ChatSettings, PromptCase, PromptLabelled, PromptParameter, PromptPublished, PromptTemplate
from schemas.questions import QuestionAsked

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ABOUT = {"event_id": "1b4e28ba-2fa1-5d2a-883f-0016d3cca427", "tenant": "acme", "at": NOON}
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
ALERT = {
    **ABOUT,
    "fingerprint": "f1",
    "alert": "partition-waits",
    "severity": "critical",
    "summary": "index waits",
    "value": 5.0,
    "threshold": 1.0,
    "window": "5m",
    "evidence": (Evidence(answer_id="a1", doc_id="rain", trace_id="4bf92f3577b34da6a3ce929d0e0e4736"),),
    "started_at": NOON,
}


DEFINITION = ExperimentDefined(
    **ABOUT,
    name="prompt-test",
    about="shorter answers",
    unit="user",
    layer="prompts",
    layer_from=0.0,
    layer_to=0.5,
    tenants=("acme",),
    arms=(Arm(name="a", weight=1.0), Arm(name="b", weight=1.0, overrides={"label": "candidate", "alpha": 0.5})),
    primary=Metric(name="feedback", better="higher", low=-1.0, high=1.0, margin=0.0),
    guardrails=(Metric(name="latency_ms", better="lower", low=0.0, high=10_000.0, margin=200.0),),
    minimum_effect=0.02,
    alpha=0.05,
    ramp=(0.05, 1.0),
    ramp_units=100,
    maximum_units=10_000,
    mode="automatic",
    allocation="fixed",
    stopped=False,
)


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
    PromptPublished(
        **ABOUT,
        name="answer",
        messages=(PromptTemplate(role="system", template="Answer in {{ tone }} words."),),
        parameters=(PromptParameter(name="tone", type="string", default="plain", about="how it sounds"),),
        settings=ChatSettings(temperature=0.5, top_p=0.9, max_output_tokens=256, seed=7, stop=("END",)),
        cases=(
            PromptCase(
                name="plain",
                question="Where does rain come from?",
                passages=("Rain falls from clouds",),
                parameters={"tone": "short"},
                contains=("short",),
                lacks=("long",),
            ),
        ),
        about="the answer's prompt",
    ),
    PromptLabelled(**ABOUT, name="answer", label="production", version="0c1d2e3f", previous="1b2a3c4d"),
    PolicyPublished(
        **ABOUT,
        name="baseline",
        tenants=("acme",),
        rules=(
            RuleSetting(
                rule="injection",
                stages=("question", "passage"),
                action="block",
                on_error="closed",
                threshold=0.5,
                options={"languages": ("en", "de")},
            ),
        ),
    ),
    DEFINITION,
    ExperimentDecided(
        **ABOUT,
        name="prompt-test",
        version="0c1d2e3f",
        decision="ramp-up",
        arm="b",
        share=0.05,
        weights={"a": 0.5, "b": 0.5},
        in_force=True,
        reason="no harm seen in 100 units an arm",
        evidence={"units": 200.0},
    ),
    FeedbackGiven(**ABOUT, answer_id="a1", user_id="u1", score=0.5, kind="rating", comment="short, but right"),
    AnswerExposed(
        **ABOUT,
        answer_id="a1",
        query_id="q1",
        user_id="u1",
        session_id="s1",
        outcome="AnswerServed",
        assignment={"prompt-test": "b"},
        units={"prompt-test": "u1"},
        latency_ms=9.0,
        cost=0.0125,
    ),
    AnswerExpired(**ABOUT, answer_id="a1"),
    OutcomeScored(
        **ABOUT,
        answer_id="a1",
        user_id="u1",
        experiment="prompt-test",
        arm="b",
        unit="u1",
        metric="feedback",
        score=0.5,
        supersedes="1b4e28ba-2fa1-5d2a-883f-0016d3cca426",
    ),
    UnitScored(**ABOUT, experiment="prompt-test", arm="b", unit="u1", metric="feedback", value=0.5, previous=0.25),
    ExperimentOpened(**ABOUT, experiment="prompt-test", definition=DEFINITION),
    ExperimentReported(
        **ABOUT,
        name="prompt-test",
        version="0c1d2e3f",
        share=0.05,
        started_at=NOON,
        exposures={"a": 101, "b": 99},
        outcomes=40,
        estimates=(
            Estimate(
                arm="b",
                metric="feedback",
                units=20,
                mean=0.5,
                difference=0.25,
                low=-0.5,
                high=1.0,
                p_value=0.5,
                probability_best=0.75,
                expected_loss=0.125,
            ),
        ),
        srm_p_value=0.5,
        trusted=True,
        status="running",
        decision="ramp-up",
    ),
    AlertFired(**ALERT),
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
