import pytest

from schemas.experiments import Arm
from schemas.failures import ConfigurationError
from schemas.guardrails import PolicyPublished
from streams.experiment_checks import Served, check_against, running, shares
from streams.experiment_log import ExperimentLog
from tests.streams.experiment_samples import decided, defined
from tests.streams.prompt_samples import labelled, published

PROMPT = published("Other.")
HERE = Served(generators=("extractive",), embedders=("mini", "mini:fp32"))


def log_of(*events):
    log = ExperimentLog()
    for each in events:
        log.appliers()[type(each)](each)
    return log


def refusal(definition, *events):
    with pytest.raises(ConfigurationError) as raised:
        check_against(definition, log_of(*events), HERE)
    return str(raised.value)


@pytest.mark.parametrize(
    "overrides",
    [
        {"label": "candidate"},
        {"label": PROMPT.version},
        {"prompt": "answer"},
        {"policy": "default"},
        {"generator": "extractive"},
        {"embedder": "mini:fp32"},
        {"top_k": 5, "alpha": 1},
    ],
)
def test_what_exists_may_be_tried(overrides):
    check_against(defined(overrides=overrides), log_of(PROMPT, labelled(PROMPT.version, label="candidate")), HERE)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"label": "gone"}, "arm b: tenant default has no prompt 'answer' with a version or label 'gone': publish it"),
        ({"prompt": "gone"}, "arm b: tenant default has no prompt 'gone' with a version or label 'production'"),
        ({"policy": "gone"}, "arm b: there is no policy 'gone': publish it first"),
        ({"generator": "openai"}, "arm b: there is no generator 'openai' here; there is extractive"),
        (
            {"embedder": "e5"},
            "arm b: there is no embedder 'e5' here; there is mini and mini:fp32: name it in RAGSTREAM_EMBEDDER__CAND",
        ),
        ({"magic": 1}, "arm b: there is no override 'magic'"),
    ],
)
def test_what_does_not_exist_is_refused(overrides, said):
    assert said in refusal(defined(overrides=overrides))


def test_a_prompt_has_to_be_there_for_every_tenant_that_takes_part():
    own = PROMPT.model_copy(update={"tenant": "acme"})
    definition = defined(overrides={"label": PROMPT.version}, tenants=("acme", "beta"))
    assert "tenant beta has no prompt" in refusal(definition, own)


def test_a_policy_that_is_published_for_nobody_may_be_tried():
    trial = PolicyPublished(name="trial", tenants=("nobody",), rules=log_of().policies.named("default").rules)
    check_against(defined(overrides={"policy": "trial"}), log_of(trial), HERE)


def test_an_arm_that_hardly_anybody_gets_is_refused():
    arms = (Arm(name="a", weight=1_000), Arm(name="b", weight=0.5))
    assert "arm b would get 0.0500% of the units only" in refusal(defined().model_copy(update={"arms": arms}))
    assert shares(defined()) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize(
    ("mine", "other", "said"),
    [
        ({}, {}, "it overlaps with other, which has 0 to 1 of layer 'default'"),
        ({"layer_to": 0.6}, {"layer_from": 0.5}, "it overlaps with other, which has 0.5 to 1"),
        ({"unit": "session", "layer_to": 0.5}, {"layer_from": 0.5}, "in its layer 'default' other runs by user"),
        ({"tenant": "acme"}, {}, "is one of default/other too, which runs: take another layer"),
        ({"layer": "l", "overrides": {"top_k": 3}}, {"overrides": {"top_k": 4}}, "and changes top_k as well"),
    ],
)
def test_units_that_another_experiment_has_are_refused(mine, other, said):
    assert said in refusal(defined(**mine), defined("other", **other))


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ({"layer_to": 0.5}, {"layer_from": 0.5}),
        ({"layer": "l", "overrides": {"top_k": 3}}, {"overrides": {"alpha": 0.4}}),
        ({}, {"stopped": True}),
        ({"tenants": ("acme",)}, {"tenants": ("beta",)}),
        ({"tenant": "acme"}, {"tenant": "beta"}),
        ({"name": "other"}, {"overrides": {"top_k": 3}}),
        ({"name": "other", "tenant": "acme"}, {}),
    ],
)
def test_experiments_that_do_not_meet_may_run_at_once(mine, other):
    check_against(defined(**mine), log_of(defined("other", **other)), HERE)


def test_one_that_was_stopped_by_a_decision_is_in_nobodys_way():
    other = defined("other")
    over = decided(other, decision="stop", share=0.0)
    assert (running(other, None), running(other, over)) == (True, False)
    check_against(defined(), log_of(other, over), HERE)
