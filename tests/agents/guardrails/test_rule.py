import pytest
from pydantic import ValidationError

from tests.agents.guardrails.fakes import WordOptions


def test_options_that_a_rule_does_not_name_are_refused():
    with pytest.raises(ValidationError):
        WordOptions.model_validate({"wrod": "x"})


def test_a_number_is_no_text_and_a_text_is_no_number():
    with pytest.raises(ValidationError):
        WordOptions.model_validate({"word": 1})
    with pytest.raises(ValidationError):
        WordOptions.model_validate({"score": "1"})
