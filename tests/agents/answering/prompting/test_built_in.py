import pytest

from agents.answering.prompting.built_in import ANSWER, BUILT_IN, NO_ANSWER, STANDALONE
from agents.answering.prompting.cases import check_prompt
from tests.agents.answering.prompting.samples import rendered, text_of, words


@pytest.mark.parametrize("prompt", BUILT_IN, ids=lambda each: each.name)
def test_it_is_what_a_published_prompt_has_to_be(prompt):
    check_prompt(prompt, words)


def test_an_answer_is_asked_for_from_numbered_passages_in_the_questions_language():
    made = rendered(ANSWER, "Frost bursts pumps.", question="Warum?", language="de")
    system, user = (each.content for each in made.messages)
    assert "in German" in system
    assert f"write only: {NO_ANSWER}" in system
    assert user.index("Frost bursts") < user.index("Warum?") < user.index("number of the passage")
    assert "Frost" not in system


def test_it_takes_little_of_a_small_models_context():
    assert rendered(ANSWER, counter=lambda text: len(text) // 4).tokens < 400


def test_a_follow_up_is_rewritten_from_the_conversation():
    made = rendered(STANDALONE, question="And in winter?", turns=[("Which pump is it?", "The old one.")])
    text = text_of(made)
    assert text.index("Which pump") < text.index("The old one") < text.index("And in winter?")
    assert "one question in English" in text
    assert made.passages == ()
