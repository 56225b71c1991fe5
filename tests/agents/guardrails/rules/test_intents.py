import pytest
from pydantic import ValidationError

from agents.guardrails.rules.intents import IntentRule
from agents.guardrails.topic_words import INTENTS
from tests.agents.guardrails.pattern_rules import hits


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("write-code", "Please write a Python script that sorts files"),
        ("creative-writing", "Tell me a joke about penguins"),
        ("essay", "Write my homework on Rome"),
        ("translation", "Translate this to German: hello"),
        ("translation", "Übersetze das bitte"),
        ("role-play", "Pretend you are a pirate"),
        ("advice", "Should I quit my job?"),
        ("opinion", "What is your opinion on cats?"),
        ("competitors", "Are you better than competitors?"),
    ],
)
def test_a_denied_intent_is_named_and_others_pass(intent, text):
    assert any(intent in hit.reason for hit in hits(IntentRule, text, denied=tuple(INTENTS)))
    assert hits(IntentRule, text, denied=(intent,))
    assert hits(IntentRule, text) == []


@pytest.mark.parametrize(
    "text",
    ["Where is my order?", "How do I write to support?", "What does the code E42 mean?", "Is there a poem in it?"],
)
def test_ordinary_questions_pass(text):
    assert hits(IntentRule, text, denied=tuple(INTENTS)) == []


def test_failures_58_an_intent_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match="no intent is called coding"):
        IntentRule.Options(denied=("coding",))
