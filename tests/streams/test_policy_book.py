import pytest

from schemas.failures import ConfigurationError
from streams.policy_book import InMemoryPolicyBook, TrialPolicies
from tests.agents.guardrails.fakes import RULES, policy, setting
from tests.contracts.policy_book_contract import PolicyBookContract

DEFAULT = policy(setting(action="block"), name="default")
BAD = policy(setting("wrod"))


def book(*published):
    made = InMemoryPolicyBook(DEFAULT, RULES)
    for each in published:
        made.apply(each)
    return made


class TestInMemoryPolicyBook(PolicyBookContract):
    @pytest.fixture
    def book_of(self):
        return book


def test_the_default_policy_is_in_force_until_another_of_its_name_is():
    own = policy(setting(), name="default")
    assert book().policies("acme") == [DEFAULT]
    assert book(policy(setting())).policies("acme") == [DEFAULT, policy(setting())]
    assert book(own).policies("acme") == [own]


def test_the_latest_of_a_name_replaces_the_earlier_ones():
    second = policy(setting(action="block"))
    assert book(policy(setting()), second).policies("acme") == [DEFAULT, second]


def test_a_policy_without_rules_withdraws_the_one_of_its_name():
    assert book(policy(setting()), policy()).policies("acme") == [DEFAULT]
    assert book(policy()).policies("acme") == [DEFAULT]


def test_a_withdrawn_default_gives_way_to_the_built_in_one():
    assert book(policy(setting(), name="default"), policy(name="default")).policies("acme") == [DEFAULT]


def test_general_policies_stand_before_those_that_name_the_tenant():
    own, general = policy(setting(), name="a", tenants=("acme",)), policy(setting(), name="z")
    assert book(own, general).policies("acme") == [DEFAULT, general, own]
    assert book(own, general).policies("other") == [DEFAULT, general]
    assert book(own, general).all() == [DEFAULT, general, own]


def test_failures_58_a_policy_that_cannot_be_read_leaves_the_version_before_it_in_force():
    good = policy(setting(action="block"))
    made = book(good)
    with pytest.raises(ConfigurationError, match=r"no rule 'wrod'.*; the version before it stays in force"):
        made.apply(BAD)
    assert made.policies("acme") == [DEFAULT, good]


def test_failures_58_a_default_policy_that_cannot_be_read_leaves_the_built_in_one_in_force():
    made = book()
    with pytest.raises(ConfigurationError):
        made.apply(policy(setting("wrod"), name="default"))
    assert made.policies("acme") == [DEFAULT]


def test_failures_58_after_a_restart_a_policy_that_cannot_be_read_is_better_than_none():
    made = book()
    with pytest.raises(ConfigurationError, match="counts as not checked"):
        made.apply(BAD)
    assert made.policies("acme") == [DEFAULT, BAD]


def test_a_trial_has_its_policy_in_place_of_the_default_one_for_whoever_asks():
    trial = policy(setting(), name="trial", tenants=("nobody",))
    own = policy(setting(), name="own", tenants=("acme",))
    made = book(trial, own)
    assert made.policies("acme") == [DEFAULT, own]
    assert TrialPolicies(made, "trial").policies("acme") == [trial, own]
    assert (made.named("trial"), made.named("gone")) == (trial, None)


def test_a_trial_whose_policy_was_withdrawn_is_guarded_as_everybody_is():
    assert TrialPolicies(book(), "trial").policies("acme") == [DEFAULT]
