import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.engine import MAX_FINDINGS_PER_RULE, MAX_OPENED, MAX_PLANS, Budget, GuardEngine
from schemas.guardrails import ACTIONS, MASK
from tests.agents.guardrails.fakes import RULES, Book, policy, setting, subject
from tests.contracts.guard_contract import WORDS, GuardContract


class TestGuardEngine(GuardContract):
    @pytest.fixture
    def guard(self):
        stages = ("question", "document", "passage", "answer")
        settings = [
            setting(
                action=action, stages=stages if action != "abstain" else ("question", "answer"), options={"word": word}
            )
            for action, word in WORDS.items()
        ]
        return engine(*settings)


def engine(*settings, **more):
    return GuardEngine(Book(policy(*settings)), registry=RULES, **more)


def test_a_text_in_which_nothing_is_found_passes_as_it_is():
    verdict = engine(setting(action="block")).check(subject("harmless"))
    assert (verdict.action, verdict.text, verdict.findings) == ("allow", "harmless", ())


def test_a_verdict_names_the_policies_that_applied():
    published = policy(setting())
    guard = GuardEngine(Book(published), registry=RULES)
    assert guard.check(subject("x")).policies == guard.policies("acme") == (published.reference,)


def test_a_finding_says_where_what_and_what_was_done_about_it():
    finding = engine(setting(action="block")).check(subject("a secret")).findings[0]
    assert (finding.rule, finding.stage, finding.action, finding.checked) == ("word", "question", "block", True)
    assert (finding.span.start, finding.span.end, finding.score) == (2, 8, 1.0)


@given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=5))
def test_the_strictest_action_wins_in_whatever_order_the_rules_stand(actions):
    settings = [setting(action=action) for action in actions]
    assert engine(*settings).check(subject("secret")).action == max(actions, key=ACTIONS.index)


def test_a_rule_looks_only_where_its_setting_says():
    assert engine(setting(action="block", stages=("answer",))).check(subject("secret")).action == "allow"


def test_a_score_below_the_threshold_does_not_count():
    options = {"score": 0.6}
    assert engine(setting(options=options, threshold=0.7)).check(subject("secret")).findings == ()
    assert engine(setting(options=options, threshold=0.6)).check(subject("secret")).findings != ()
    assert engine(setting(options={"score": 0.4})).check(subject("secret")).findings == ()


def test_redaction_leaves_a_placeholder_and_the_rest_of_the_text():
    verdict = engine(setting(action="redact")).check(subject("my secret is a secret!"))
    assert (verdict.action, verdict.text) == ("redact", "my [redacted: word] is a [redacted: word]!")


def test_a_blocked_text_is_redacted_too_since_an_event_tells_of_it():
    verdict = engine(setting(action="block", options={"word": "bad"}), setting(action="redact")).check(
        subject("bad secret")
    )
    assert (verdict.action, verdict.text) == ("block", "bad [redacted: word]")


def test_redacting_what_has_no_place_takes_the_whole_text():
    verdict = engine(setting(action="redact", options={"whole": True})).check(subject("a secret"))
    assert verdict.text == "[redacted: word]"
    assert set(verdict.masked("a secret")) == {MASK}


def test_failures_58_a_rule_that_raises_and_blocks_closes_the_door_and_says_that_it_did_not_look():
    """FAILURES 58."""
    verdict = engine(setting("broken", "block")).check(subject("anything"))
    assert (verdict.action, [(each.checked, each.action) for each in verdict.findings]) == ("block", [(False, "block")])


@pytest.mark.parametrize(
    ("action", "on_error", "result"),
    [
        ("block", None, "block"),
        ("block", "open", "flag"),
        ("abstain", None, "flag"),
        ("abstain", "closed", "abstain"),
        ("redact", None, "flag"),
        ("flag", None, "flag"),
    ],
)
def test_failures_58_only_an_explicit_setting_or_a_milder_action_lets_an_unchecked_text_pass(action, on_error, result):
    verdict = engine(setting("broken", action, on_error=on_error)).check(subject("anything"))
    assert (verdict.action, verdict.findings[0].checked) == (result, False)


def test_failures_58_an_unchecked_text_that_should_be_redacted_goes_whole_when_the_policy_says_closed():
    verdict = engine(setting("broken", "redact", on_error="closed")).check(subject("anything"))
    assert verdict.text == "[redacted: broken]"


def test_failures_58_a_broken_rule_does_not_swallow_what_another_found():
    verdict = engine(setting("broken", "flag"), setting(action="block")).check(subject("secret"))
    assert verdict.action == "block"
    assert {each.rule for each in verdict.findings} == {"broken", "word"}


def test_failures_58_a_rule_slower_than_its_budget_is_not_taken_as_clean():
    """FAILURES 58."""
    ticks = iter([0.0, 0.6])
    verdict = engine(setting(action="block"), clock=lambda: next(ticks)).check(subject("clean"))
    assert (verdict.action, verdict.findings[0].checked) == ("block", False)


def test_failures_58_what_a_late_rule_found_counts_all_the_same():
    ticks = iter([0.0, 9.0])
    verdict = engine(setting(action="block", on_error="open"), clock=lambda: next(ticks)).check(subject("secret"))
    assert [(each.action, each.checked) for each in verdict.findings] == [("block", True), ("flag", False)]
    assert verdict.action == "block"


def test_the_budget_grows_with_the_text():
    assert Budget(0.5, 0.001).of("x" * 100) == pytest.approx(0.6)


@pytest.mark.parametrize("lie", ["score", "high", "span", "empty", "nothing"])
def test_failures_58_a_rule_that_says_what_makes_no_sense_has_not_looked(lie):
    verdict = engine(setting("lying", "block", options={"word": lie})).check(subject("anything"))
    assert (verdict.action, verdict.findings[0].checked) == ("block", False)


def test_failures_58_a_setting_that_cannot_be_read_is_not_a_clean_text():
    verdict = engine(setting("IT_FISCAL_COD", "block")).check(subject("anything"))
    assert (verdict.action, verdict.findings[0].checked) == ("block", False)
    assert "IT_FISCAL_COD" in verdict.findings[0].reason


def test_failures_58_without_readable_policies_everything_is_blocked():
    class Gone:
        def policies(self, tenant):
            raise KeyError(tenant)

    verdict = GuardEngine(Gone(), registry=RULES).check(subject("anything"))
    assert (verdict.action, verdict.findings[0].checked) == ("block", False)


def test_no_finding_quotes_the_text_not_even_when_an_exception_does():
    verdict = engine(setting("broken", "block"), setting(action="redact")).check(subject("secret 4111"))
    told = json.dumps([each.model_dump(mode="json") for each in verdict.findings])
    assert "4111" not in told
    assert "secret" not in told


def test_findings_do_not_grow_with_the_text_and_everything_is_redacted_all_the_same():
    verdict = engine(setting(action="redact")).check(subject("secret " * 500))
    assert len(verdict.findings) == MAX_FINDINGS_PER_RULE + 1
    assert "490 more" in verdict.findings[-1].reason
    assert "secret" not in verdict.text
    assert "secret" not in verdict.masked("secret " * 500)


def test_a_policy_published_meanwhile_is_in_force_for_the_next_text():
    book = Book(policy(setting(action="flag")))
    guard = GuardEngine(book, registry=RULES)
    assert guard.check(subject("secret")).action == "flag"
    book.published = (policy(setting(action="block")),)
    assert guard.check(subject("secret")).action == "block"


def test_any_number_of_tenants_can_be_served():
    guard = engine(setting(action="block"))
    assert {guard.check(subject("secret", tenant=f"t{n}")).action for n in range(MAX_PLANS + 2)} == {"block"}
    assert len(guard._plans) <= MAX_PLANS


def test_tenants_share_a_rule_with_equal_options():
    guard = engine(setting(action="block"), setting(stages=("answer",)), setting(options={"word": "other"}))
    for tenant in ("a", "b"):
        guard.check(subject("secret", tenant=tenant))
    assert len(guard._opened) == 2


def test_old_versions_of_a_policy_do_not_keep_their_rules_for_ever():
    book = Book()
    guard = GuardEngine(book, registry=RULES)
    for number in range(MAX_OPENED + 2):
        book.published = (policy(setting(options={"word": f"w{number}"})),)
        guard.check(subject("secret"))
    assert len(guard._opened) <= MAX_OPENED


@given(st.text(max_size=50))
def test_the_same_text_has_the_same_verdict_every_time(text):
    guard = engine(setting(action="redact", options={"word": "a"}), setting("broken", "flag"))
    assert guard.check(subject(text)) == guard.check(subject(text))
