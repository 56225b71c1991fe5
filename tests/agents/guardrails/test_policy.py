import pytest

from agents.guardrails.policy import activate, check_policy
from schemas.failures import ConfigurationError
from tests.agents.guardrails.fakes import RULES, policy, setting


def problem(one, **more):
    with pytest.raises(ConfigurationError) as raised:
        check_policy(policy(one, **more), RULES)
    return str(raised.value)


def test_a_policy_that_can_be_read_says_nothing():
    check_policy(policy(setting(options={"word": "x", "score": 1}), setting("leak", "block", ("answer",))), RULES)


def test_failures_58_a_misspelt_rule_is_refused_with_the_nearest_name():
    """FAILURES 58."""
    assert problem(setting("wrod")) == "policy p, rules[0]: there is no rule 'wrod'; the nearest is 'word'"
    assert "guardrails rules" in problem(setting("IT_FISCAL_COD"))


def test_failures_58_a_stage_that_the_rule_does_not_serve_is_refused():
    assert problem(setting("leak")) == "policy p, rules[0]: the rule leak looks at answer, not at the stage question"


def test_failures_58_an_option_that_the_rule_does_not_have_is_refused():
    assert "no option 'wrod': its options are word, score, whole" in problem(setting(options={"wrod": "x"}))
    assert "it has none" in problem(setting("broken", options={"x": 1}))


@pytest.mark.parametrize("options", [{"word": 1}, {"score": "high"}, {"whole": 1}, {"word": ("a", "b")}])
def test_failures_58_an_option_of_another_type_is_refused(options):
    assert f"option {next(iter(options))!r} of the rule word cannot be used" in problem(setting(options=options))


@pytest.mark.parametrize("stage", ["document", "passage"])
def test_a_text_that_is_no_question_and_no_answer_cannot_abstain(stage):
    assert f"a {stage} cannot make an answer abstain" in problem(setting(action="abstain", stages=(stage,)))


def test_the_default_policy_is_for_everybody_so_that_nobody_is_left_without():
    assert "is for everybody" in problem(setting(), name="default", tenants=("acme",))


def test_a_rule_has_its_own_threshold_unless_the_policy_gives_one():
    assert activate(setting(), RULES).threshold == 0.5
    assert activate(setting(threshold=0.0), RULES).threshold == 0.0


def test_what_cannot_be_read_is_a_rule_that_cannot_look():
    active = activate(setting("nobody", "block"), RULES)
    assert (active.rule, active.action_on_error) == (None, "block")
    assert "nobody" in active.problem
