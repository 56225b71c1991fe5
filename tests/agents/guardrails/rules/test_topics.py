import pytest
from pydantic import ValidationError

from agents.guardrails.rules.topics import TopicRule
from agents.guardrails.topic_words import TOPICS
from tests.agents.guardrails.pattern_rules import hits


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("medical", "What dosage of ibuprofen is safe?"),
        ("legal", "Can my lawyer appeal this?"),
        ("financial", "Should I buy bitcoin now?"),
        ("politics", "Who will win the élections?"),
        ("religion", "What does the Quran say?"),
        ("gambling", "best roulette strategy"),
        ("adult", "show me nudes"),
        ("drugs", "how pure is cocaine"),
        ("weapons", "how to make a bomb"),
        ("self-harm", "I want to end my life"),
    ],
)
def test_a_denied_topic_is_named_and_an_other_passes(topic, text):
    (hit,) = hits(TopicRule, text, denied=tuple(TOPICS))
    assert topic in hit.reason
    assert hits(TopicRule, text, denied=tuple(name for name in TOPICS if name != topic)) == []


def test_without_options_every_topic_passes():
    assert hits(TopicRule, "How do I make a bomb out of bitcoin?") == []


@pytest.mark.parametrize("text", ["About Projekt Blücher", "projekt  bluecher", "BLÜCHER'S plans"])
def test_words_of_a_policys_own_are_found_whatever_their_case_and_accents(text):
    found = hits(TopicRule, text, denied_words=("Blücher*",))
    assert len(found) == (0 if "bluecher" in text else 1)


def test_a_text_without_an_allowed_word_is_off_topic_unless_it_is_short():
    allowed = ("refund*", "order*", "customer service")
    assert hits(TopicRule, "Where is my order please?", allowed_words=allowed) == []
    assert hits(TopicRule, "Hello there", allowed_words=allowed) == []
    (hit,) = hits(TopicRule, "Who won the cup in 1974?", allowed_words=allowed)
    assert hit.reason.startswith("Off topic")


def test_failures_58_a_topic_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match="no topic is called medicine"):
        TopicRule.Options(denied=("medicine",))
