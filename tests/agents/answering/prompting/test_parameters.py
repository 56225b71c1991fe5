import pytest

from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.parameters import check_parameters, settled
from schemas.prompts import PromptParameter
from tests.agents.answering.prompting.samples import prompt


def with_parameters(*given):
    return prompt("{{ question }}", parameters=[PromptParameter(**each) for each in given])


def test_what_is_given_goes_before_the_default():
    made = with_parameters({"name": "tone", "default": "kind"}, {"name": "most", "type": "integer", "default": 5})
    assert settled(made, {}) == {"tone": "kind", "most": 5}
    assert settled(made, {"most": 2}) == {"tone": "kind", "most": 2}


def test_what_has_no_value_or_no_place_is_said():
    with pytest.raises(PromptError, match="needs a value for its parameter tone"):
        settled(with_parameters({"name": "tone"}), {})
    with pytest.raises(PromptError, match="has no parameter tune; it has tone"):
        settled(with_parameters({"name": "tone"}), {"tune": "x"})
    with pytest.raises(PromptError, match="has no parameter tune; it has none"):
        settled(prompt("{{ question }}"), {"tune": "x"})


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("string", "a", 1),
        ("integer", 1, 1.5),
        ("integer", 1, True),
        ("number", 1.5, "1"),
        ("number", 1, False),
        ("boolean", True, 1),
    ],
)
def test_a_value_is_of_the_parameters_type(kind, good, bad):
    made = with_parameters({"name": "each", "type": kind})
    assert settled(made, {"each": good}) == {"each": good}
    with pytest.raises(PromptError, match=f"must be of type {kind}"):
        settled(made, {"each": bad})


def test_a_text_has_a_limit():
    with pytest.raises(PromptError, match="more than 8,192 characters"):
        settled(with_parameters({"name": "tone"}), {"tone": "x" * 8_193})


@pytest.mark.parametrize("name", ["question", "passages", "turns", "language", "no_answer", "loop"])
def test_a_name_that_is_taken_is_refused(name):
    with pytest.raises(PromptError, match="is taken"):
        check_parameters(with_parameters({"name": name, "default": "x"}))


def test_a_name_that_comes_twice_and_a_default_of_another_type_are_refused():
    with pytest.raises(PromptError, match="is taken"):
        check_parameters(with_parameters({"name": "a", "default": "x"}, {"name": "a", "default": "y"}))
    with pytest.raises(PromptError, match="must be of type integer"):
        check_parameters(with_parameters({"name": "a", "type": "integer", "default": "x"}))
    check_parameters(with_parameters({"name": "a"}, {"name": "b", "type": "boolean", "default": False}))
