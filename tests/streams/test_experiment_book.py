import pytest

from schemas.experiments import Arm, ExperimentDefined
from schemas.failures import ConfigurationError
from schemas.questions import QuestionAsked
from streams.experiment_book import InMemoryExperimentBook, experiment_key
from tests.contracts.experimenter_contract import ExperimenterContract
from tests.streams.experiment_samples import decided, defined

USERS = [f"u{n}" for n in range(200)]


def book(*published):
    made = InMemoryExperimentBook()
    for each in published:
        made.apply(each)
    return made


def asked(user="u", tenant="default"):
    return QuestionAsked(query_id="q", text="Why?", user_id=user, tenant=tenant)


def arms_of(made, tenant="default"):
    """Per user what each experiment gives."""
    return [{each.experiment: each.arm for each in made.assigned(asked(user, tenant))} for user in USERS]


class TestInMemoryExperimentBook(ExperimenterContract):
    @pytest.fixture
    def experimenter_of(self):
        def made(overrides):
            arms = tuple(Arm(name=name, overrides=overrides) for name in "ab")
            return book(ExperimentDefined(name="x", arms=arms, ramp=(1.0,)))

        return made


def test_both_arms_are_given_and_the_same_again_after_a_restart():
    found = arms_of(book(defined()))
    assert {each["x"] for each in found} == {"a", "b"}
    assert arms_of(book(defined())) == found


def test_the_overrides_come_with_the_arm():
    made = book(defined(overrides={"top_k": 3}))
    for user in USERS:
        (each,) = made.assigned(asked(user))
        assert each.overrides == ({"top_k": 3} if each.arm == "b" else {})


def test_the_first_step_of_the_ramp_holds_until_a_decision_says_otherwise():
    definition = defined(ramp=(0.1, 1.0))
    few = sum(bool(each) for each in arms_of(book(definition)))
    assert 5 < few < 40
    assert all(arms_of(book(definition, decided(definition))))
    assert not any(arms_of(book(definition, decided(definition, decision="stop", share=0.0))))


def test_advice_and_decisions_about_an_earlier_definition_change_nothing():
    definition, later = defined(), defined(ramp=(0.5, 1.0))
    stop = {"decision": "stop", "share": 0.0}
    assert arms_of(book(definition, decided(definition, in_force=False, **stop))) == arms_of(book(definition))
    assert arms_of(book(definition, decided(definition, **stop), later)) == arms_of(book(later))
    kept = book(definition, decided(definition, **stop), decided(definition, in_force=False))
    assert not any(arms_of(kept))


def test_a_later_definition_replaces_the_earlier_one_and_may_stop_it():
    assert not any(arms_of(book(defined(), defined(stopped=True))))


def test_those_of_the_default_tenant_are_for_everybody_and_are_told_apart():
    made = book(defined("x"), defined("y", tenant="acme", layer="other"))
    assert {name for each in arms_of(made, "acme") for name in each} == {"default/x", "y"}
    assert {name for each in arms_of(made, "beta") for name in each} == {"default/x"}
    assert {name for each in arms_of(made) for name in each} == {"x"}


def test_a_tenants_own_experiment_stands_in_for_one_of_the_same_name():
    made = book(defined("x", tenant="acme"), defined("x"))
    assert {name for each in arms_of(made, "acme") for name in each} == {"x"}


def test_an_experiment_takes_in_the_tenants_that_it_names():
    made = book(defined(tenants=("acme",)))
    assert not any(arms_of(made))
    assert all(arms_of(made, "acme"))


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (defined(overrides={"magic": True}), "experiment x, arm b: there is no override 'magic'"),
        (defined(overrides={"alpha": 7}), "experiment x, arm b: the override 'alpha' cannot be used"),
        (defined(tenant="acme", tenants=("beta",)), "takes in its questions only"),
    ],
)
def test_a_definition_that_cannot_be_followed_leaves_the_one_before_in_force(definition, said):
    made = book(defined(tenant=definition.tenant))
    before = arms_of(made, definition.tenant)
    with pytest.raises(ConfigurationError, match=said):
        made.apply(definition)
    assert arms_of(made, definition.tenant) == before


def test_the_book_lists_what_it_knows():
    definition = defined()
    made = book(definition, decided(definition), defined("a", tenant="acme"))
    assert [(each.tenant, each.name, found is not None) for each, found in made.all()] == [
        ("acme", "a", False),
        ("default", "x", True),
    ]
    assert made.find("default", "x") == (definition, decided(definition))
    assert made.find("acme", "x") is None
    assert experiment_key(definition, "acme") == "default/x"
