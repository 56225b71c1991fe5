import pytest

from agents.guardrails.remembering import LONGEST, RememberingGuard
from agents.ports import Subject
from schemas.answers import Finding
from schemas.guardrails import Verdict
from tests.agents.answering.fakes import WordGuard
from tests.contracts.guard_contract import WORDS, GuardContract


class TestRememberingGuard(GuardContract):
    @pytest.fixture
    def guard(self):
        return RememberingGuard(WordGuard(**WORDS))


class Counting:
    """A guard that says how often it looked."""

    def __init__(self):
        self.looked, self.version, self.findings = [], "p@1", ()

    def check(self, subject):
        self.looked.append(subject.text)
        return Verdict(text=subject.text, findings=self.findings, policies=self.policies(subject.tenant))

    def policies(self, tenant):
        if tenant == "broken":
            raise OSError
        return (self.version, tenant) if tenant == "strict" else (self.version,)


def subject(text="It leaves at nine.", stage="passage", tenant="acme"):
    return Subject(stage=stage, text=text, tenant=tenant)


def test_a_passage_is_looked_at_once_for_all_tenants_with_the_same_policies():
    inner = Counting()
    guard = RememberingGuard(inner)
    assert guard.check(subject()) == guard.check(subject(tenant="other")) == Counting().check(subject())
    assert len(inner.looked) == 1
    guard.check(subject(tenant="strict"))
    assert len(inner.looked) == 2


def test_an_exchanged_policy_is_heard_at_once():
    inner = Counting()
    guard = RememberingGuard(inner)
    guard.check(subject())
    inner.version = "p@2"
    assert guard.check(subject()).policies == ("p@2",)


def test_questions_answers_and_long_texts_are_looked_at_each_time():
    inner = Counting()
    guard = RememberingGuard(inner)
    for each in (subject(stage="question"), subject(stage="answer"), subject("x" * (LONGEST + 1))):
        guard.check(each)
        guard.check(each)
    assert len(inner.looked) == 6
    assert len(guard) == 0


def test_a_text_that_a_rule_did_not_look_at_is_looked_at_again():
    inner = Counting()
    inner.findings = (Finding(rule="slow", reason="Not checked.", checked=False),)
    guard = RememberingGuard(inner)
    guard.check(subject())
    inner.findings = ()
    assert guard.check(subject()).findings == ()


def test_no_more_is_kept_than_allowed_and_what_was_used_last_stays():
    inner = Counting()
    guard = RememberingGuard(inner, most=2)
    for text in ("one", "two", "one", "three", "one"):
        guard.check(subject(text))
    assert len(guard) == 2
    assert inner.looked == ["one", "two", "three"]


def test_it_does_not_raise_when_the_policies_cannot_be_read():
    class Unread(Counting):
        def check(self, subject):
            return Verdict(action="block", text=subject.text)

    assert RememberingGuard(Unread()).check(subject(tenant="broken")).refused
