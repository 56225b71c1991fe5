import pytest

from agents.answering.prompting.failures import PromptError
from schemas.prompts import ChatSettings, PromptParameter, PromptTemplate
from tests.agents.answering.prompting.samples import EVERYTHING, prompt, rendered, text_of

TURNS = (("Which pump?", "The old one."), ("And in winter?", "Drain it."))


def test_equal_arguments_give_equal_messages():
    """Replay: nothing is drawn."""
    assert rendered(EVERYTHING, "One.", "Two.", turns=TURNS) == rendered(EVERYTHING, "One.", "Two.", turns=TURNS)


def test_passages_are_numbered_from_one_in_their_order():
    made = rendered(EVERYTHING, "Best.", "Second.")
    assert text_of(made).index("[1] <data") < text_of(made).index("Best.") < text_of(made).index("[2] <data")
    assert [each.text for each in made.passages] == ["Best.", "Second."]
    assert made.dropped == 0


def test_roles_and_order_are_those_of_the_prompt_and_an_empty_message_is_left_out():
    templates = [
        PromptTemplate(role="system", template="Be brief in {{ language }}."),
        PromptTemplate(role="user", template="{% if turns %}{{ turns }}{% endif %}"),
        PromptTemplate(role="user", template="{{ question }}"),
    ]
    made = prompt("x").model_copy(update={"messages": tuple(templates)})
    assert [each.role for each in rendered(made, turns=TURNS).messages] == ["system", "user", "user"]
    assert [each.role for each in rendered(made).messages] == ["system", "user"]
    assert rendered(made, language="de").messages[0].content == "Be brief in German."


def test_a_prompt_without_passages_gives_none_back_and_none_as_dropped():
    made = rendered(prompt("{{ question }}"), "One.", "Two.")
    assert (made.passages, made.dropped) == ((), 0)


def test_passages_that_do_not_fit_are_counted():
    small = prompt("{{ passages }} {{ question }}", settings=ChatSettings(max_input_tokens=64))
    made = rendered(small, *["Ten words that say little stand in this one here."] * 9)
    assert made.dropped + len(made.passages) == 9
    assert made.dropped > 0
    assert not made.cut
    assert made.tokens <= 64


def test_a_passage_that_was_cut_is_shown_and_given_back_as_cut():
    small = prompt("{{ passages }} {{ question }}", settings=ChatSettings(max_input_tokens=64))
    made = rendered(small, "This is the first sentence. " + "word " * 100 + ".")
    assert made.cut
    assert [each.text for each in made.passages] == ["This is the first sentence."]
    assert "word" not in text_of(made)


def test_a_template_that_hides_a_passage_is_refused_since_numbers_would_not_fit():
    hiding = prompt("{% for p in passages %}{% if loop.first %}{{ p }}{% endif %}{% endfor %}{{ question }}")
    assert rendered(hiding, "One.").passages
    with pytest.raises(PromptError, match="does not show passage 2 of 2"):
        rendered(hiding, "One.", "Two.")


def test_only_the_last_turns_are_shown():
    made = rendered(EVERYTHING, turns=[(f"Question {number}?", "Yes.") for number in range(30)], counter=lambda _: 1)
    assert "Question 9?" not in text_of(made)
    assert "Question 10?" in text_of(made)


def test_parameters_reach_the_templates():
    made = prompt("{{ tone }} {{ question }}", parameters=[PromptParameter(name="tone", default="kind")])
    assert text_of(rendered(made)).startswith("kind ")
    assert text_of(rendered(made, parameters={"tone": "curt"})).startswith("curt ")
    with pytest.raises(PromptError, match="no parameter tune"):
        rendered(made, parameters={"tune": "x"})


def test_a_prompt_that_has_nothing_to_say_is_an_error():
    with pytest.raises(PromptError, match="has nothing to say"):
        rendered(prompt("{% if turns %}{{ question }}{% endif %}"))


def test_the_instructions_are_the_messages_without_data():
    made = rendered(EVERYTHING, "Secret of a document.", question="Secret question?", turns=TURNS)
    assert "Secret" not in made.instructions
    assert "old one" not in made.instructions
    assert rendered(prompt("Obey me.\n{{ question }}")).instructions.strip() == "Obey me."
