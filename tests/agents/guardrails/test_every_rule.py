"""What holds for every rule that is listed, so that a new one is tested by being listed."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.engine import GuardEngine
from agents.guardrails.rules import RULES
from schemas.guardrails import PolicyPublished, RuleSetting
from tests.agents.guardrails.fakes import Book, subject

STAGES = ("question", "document", "passage", "answer")
EVERYTHING = GuardEngine(
    Book(PolicyPublished(name="all", rules=[RuleSetting(rule=each.name, stages=each.stages) for each in RULES]))
)
CRAFTED = ("1.1.1." * 16_000, "[[" * 50_000, "a@" * 50_000, "-" * 100_000, " " * 100_000, "\ufdfa" * 100_000)

texts = st.text(max_size=200) | st.text("0123456789 .-+@:/=abcDEF\u200b\U000e0041", max_size=200)


def test_names_are_unique_and_readable():
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names) > 0
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is_for(rule):
    assert rule.about.endswith(".")
    assert rule.stages
    assert 0 <= rule.threshold <= 1
    assert rule(rule.Options()).options == rule.Options()


@given(texts, st.sampled_from(STAGES))
def test_no_text_is_left_unchecked_and_none_changes_its_verdict(text, stage):
    verdict = EVERYTHING.check(subject(text, stage))
    assert [each for each in verdict.findings if not each.checked] == []
    assert EVERYTHING.check(subject(text, stage)) == verdict


@given(texts, st.sampled_from(STAGES))
def test_no_reason_depends_on_the_text(text, stage):
    """A piece of the text in a reason would be in logs and events; numbers in words of our own are fine."""
    known = {each.reason for each in EVERYTHING.check(subject(text, stage)).findings}
    assert [reason for reason in known if len(text) > 20 and text in reason] == []


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("text", CRAFTED, ids=lambda text: text[:6])
def test_failures_59_a_hundred_thousand_crafted_characters_take_less_than_200_ms(text, stage):
    spent = []
    for _ in range(3):
        start = time.thread_time()
        EVERYTHING.check(subject(text, stage))
        spent.append(time.thread_time() - start)
    assert min(spent) < 0.2
