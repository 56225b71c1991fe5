import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.guardrails.rules.language import LanguageRule
from tests.agents.guardrails.pattern_rules import hits

GERMAN = "Wo kann ich mich gegen Grippe impfen lassen?"


def test_a_language_that_is_not_allowed_is_named():
    (hit,) = hits(LanguageRule, GERMAN, allowed=("en", "fr"))
    assert "de" in hit.reason


@pytest.mark.parametrize(
    "text", [GERMAN, "Where can I get a flu vaccination?", "你好呀", "", "ok", "12345 67890 12345"]
)
def test_allowed_languages_short_texts_and_numbers_pass(text):
    assert hits(LanguageRule, text, allowed=("en", "de")) == []


def test_without_a_list_every_language_passes():
    assert hits(LanguageRule, GERMAN) == []


def test_failures_58_a_name_that_is_no_code_is_refused():
    with pytest.raises(ValidationError, match="languages are named by their code"):
        LanguageRule.Options(allowed=("English",))


@given(st.text(max_size=300))
def test_failures_56_no_language_raises(text):
    assert len(hits(LanguageRule, text, allowed=("en",))) <= 1
