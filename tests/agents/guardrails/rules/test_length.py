from agents.guardrails.rules.length import LengthRule
from tests.agents.guardrails.pattern_rules import hits


def test_a_text_of_the_longest_length_passes_and_a_longer_one_does_not():
    assert hits(LengthRule, "x" * 4_000) == []
    (hit,) = hits(LengthRule, "x" * 4_001)
    assert hit.span is None
    assert "4000" in hit.reason


def test_a_policy_says_how_long():
    assert len(hits(LengthRule, "four", max_characters=3)) == 1
    assert hits(LengthRule, "four", max_characters=4) == []
