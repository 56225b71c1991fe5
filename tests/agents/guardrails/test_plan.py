from agents.guardrails.plan import make_plan
from tests.agents.guardrails.fakes import RULES, policy, setting


def actions(*policies, stage="question"):
    return [(each.setting.rule, each.setting.action) for each in make_plan(policies, RULES).stages[stage]]


def test_policies_for_everybody_add_up():
    assert actions(policy(setting()), policy(setting(action="block"), name="q")) == [
        ("word", "flag"),
        ("word", "block"),
    ]


def test_what_names_the_tenant_stands_in_place_of_what_is_for_everybody():
    general = policy(setting(action="block"), setting("broken", "block"))
    own = policy(setting(action="flag"), name="own", tenants=("acme",))
    assert actions(general, own) == [("word", "flag"), ("broken", "block")]


def test_it_stands_there_for_that_stage_alone():
    general = policy(setting(action="block", stages=("question", "answer")))
    own = policy(setting(action="flag", stages=("answer",)), name="own", tenants=("acme",))
    assert actions(general, own) == [("word", "block")]
    assert actions(general, own, stage="answer") == [("word", "flag")]


def test_allow_switches_a_rule_off():
    general = policy(setting(action="block"))
    assert actions(general, policy(setting(action="allow"), name="own", tenants=("acme",))) == []


def test_a_general_allow_does_not_switch_off_what_another_policy_wants():
    assert actions(policy(setting(action="block")), policy(setting(action="allow"), name="q")) == [("word", "block")]


def test_rules_run_in_the_order_of_the_registry_and_unknown_ones_last():
    settings = setting("nobody"), setting("broken"), setting("word")
    assert [rule for rule, _ in actions(policy(*settings))] == ["word", "broken", "nobody"]


def test_the_plan_names_its_policies():
    published = policy(setting())
    assert make_plan([published], RULES).references == (published.reference,)
