"""Examples of the events that steer and that judge: prompts, policies, experiments, feedback."""

from datetime import UTC, datetime

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
from schemas.feedback import AnswerExpired, AnswerExposed, FeedbackGiven, OutcomeScored, UnitExpired
from schemas.guardrails import PolicyPublished, RuleSetting
from schemas.prompts import ChatSettings, PromptCase, PromptLabelled, PromptParameter, PromptPublished, PromptTemplate

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ABOUT = {"event_id": "1b4e28ba-2fa1-5d2a-883f-0016d3cca427", "tenant": "acme", "at": NOON}
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


CONTROL_EXAMPLES = [
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
        overrides={"label": "candidate"},
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
    UnitExpired(
        **ABOUT,
        experiment="prompt-test",
        unit="u1",
        metric="feedback",
        silent_since=NOON,
    ),
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
        previous=1.0,
    ),
    UnitScored(
        **ABOUT,
        experiment="prompt-test",
        arm="b",
        unit="u1",
        metric="feedback",
        value=0.5,
        previous=0.25,
        origin=Origin(topic="outcomes", partition=1, offset=17, at=NOON),
    ),
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
]
