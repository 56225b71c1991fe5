import pytest

from infra.models import NamedModel
from infra.settings import AnsweringSettings, GeneratorSettings, PlanningSettings, Settings
from schemas.experiments import Arm, ExperimentDefined
from schemas.failures import ConfigurationError
from schemas.guardrails import PolicyPublished, RuleSetting
from schemas.prompts import PRODUCTION, PromptLabelled, PromptPublished, PromptTemplate
from schemas.questions import QuestionAsked
from streams.composition import Books, answering_concurrency, fitting_sizes
from tests.infra.models.tiny_bert import MAX_TOKENS, tiny_model

MODEL = GeneratorSettings(kind="openai", base_url="http://127.0.0.1:1/v1", model="m")


@pytest.mark.parametrize(
    ("settings", "questions"),
    [
        (Settings(), 16),
        (Settings(generator=MODEL), 256),
        (Settings(generator=MODEL, answering=AnsweringSettings(concurrency=3)), 3),
    ],
)
def test_more_questions_are_in_hand_where_most_of_them_wait_for_a_model(settings, questions):
    assert answering_concurrency(settings) == questions


def test_what_is_published_is_in_force_for_guards_and_generators_at_once():
    books = Books()
    prompt = PromptPublished(name="answer", messages=(PromptTemplate(role="user", template="{{ question }}"),))
    rule = RuleSetting(rule="length", stages=("question",), action="block", options={"max_characters": 10})
    for event in (
        prompt,
        PromptLabelled(name="answer", label=PRODUCTION, version=prompt.version),
        PolicyPublished(name="short", rules=(rule,)),
    ):
        books.appliers()[type(event)](event)
    assert books.prompts.prompt("acme", "answer", PRODUCTION) == prompt
    assert any(each.startswith("short@") for each in books.guard().policies("acme"))
    assert books.replayable_guard().policies("acme") == books.guard().policies("acme")


def test_an_experiment_that_is_published_is_given_and_its_policy_guards():
    books = Books()
    assert books.guard_with("short") is None
    rule = RuleSetting(rule="length", stages=("question",), action="block", options={"max_characters": 10})
    arms = tuple(Arm(name=name, overrides={"policy": "short"}) for name in "ab")
    for event in (
        PolicyPublished(name="short", tenants=("nobody",), rules=(rule,)),
        ExperimentDefined(name="x", arms=arms, ramp=(1.0,)),
    ):
        books.appliers()[type(event)](event)
    assert books.experiments.assigned(QuestionAsked(query_id="q", text="Why?", user_id="u"))
    guard = books.guard_with("short")
    assert guard is books.guard_with("short")
    assert [each.partition("@")[0] for each in guard.policies("acme")] == ["short"]
    assert [each.partition("@")[0] for each in books.guard().policies("acme")] == ["default"]


def test_chunk_sizes_have_to_fit_the_smallest_candidate(tmp_path):
    """FAILURES 40: nothing is cut in silence; the sentence says which model and what to set."""
    models = [NamedModel(name, Settings(), tiny_model(tmp_path / name)) for name in ("main", "small")]
    small = Settings(planning=PlanningSettings(min_tokens=16, max_tokens=MAX_TOKENS - 26))
    assert fitting_sizes(small, models).max_tokens == MAX_TOKENS - 26
    with pytest.raises(ConfigurationError, match=r"the candidate small is too small.* set it to 38 or less"):
        fitting_sizes(Settings(), models)
    assert fitting_sizes(Settings(), models[:1]).max_tokens == 230
