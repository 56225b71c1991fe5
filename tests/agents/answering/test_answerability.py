import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.answerability import best_sentence, fit_of, judge
from tests.agents.answering.fakes import passage

TEXT = "In 1932 the harbour master of Split built the largest pier of Dalmatia for 40 ships."


def fit(question, text=TEXT, **more):
    found = [passage(text, **more)]
    return fit_of(question, best_sentence(question, found), found)


def lowered(question, swapped, text=TEXT):
    """The question's judgement and that of the one in which something was swapped."""
    found = [passage(text)]
    return judge(question, found).probability, judge(swapped, found).probability


@pytest.mark.parametrize(
    ("question", "swapped"),
    [
        ("Who built the largest pier in Split?", "Who built the smallest pier in Split?"),
        ("Who built the largest pier in Split?", "Who built the largest pier in Zadar?"),
        ("Who built the largest pier in Split?", "Who did not build the largest pier in Split?"),
        ("Who built a pier for 40 ships?", "Who built a pier for 50 ships?"),
    ],
)
def test_a_question_with_one_thing_swapped_is_judged_lower(question, swapped):
    as_written, turned = lowered(question, swapped)
    assert turned < as_written - 0.1


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who did not build the pier in Split?", "negated"),
        ("Who built the smallest pier in Split?", "opposite"),
        ("Who built the pier in Zadar?", "name_missing"),
        ("Who built the pier in Zadar?", "name_swapped"),
        ("Who built a pier for 50 ships?", "number_missing"),
        ("Who built a pier for 50 ships?", "number_swapped"),
    ],
)
def test_each_sign_is_seen_by_itself(question, name):
    assert getattr(fit(question), name) == 1.0
    assert getattr(fit("Who built the largest pier in Split?"), name) == 0.0


def test_a_number_that_the_question_does_not_have_is_expected_after_how_many():
    assert fit("How many ships does the pier of 1932 hold?").unexpected == 0.0
    assert fit("How many ships does the pier of 1932 hold?", "The pier of 1932 holds ships.").unexpected == 1.0


def test_a_digit_of_a_name_is_no_number():
    assert fit("What does OAuth2 protect?", "The port is protected by it.").number_missing == 0.0


def test_a_name_may_stand_in_the_sentence_before_or_in_the_title():
    assert fit("When was the pier in Split built?", "Split has a port. Its pier was built in 1932.").name_missing == 0.0
    assert fit("When was the pier in Split built?", "The pier was built in 1932.", title="Split").name_missing == 0.0


def test_words_that_stand_far_from_the_sentence_are_counted():
    apart = "The pier was built in 1932. Bread is brown. Fish is fresh. Lanterns are for fishermen."
    assert fit("When was the pier for fishermen built?", apart).elsewhere == pytest.approx(1 / 3)


def test_accents_and_word_forms_do_not_hide_a_word():
    found = fit("When did Jumieges emigrate?", "The emigrants of Jumièges left in 1066.")
    assert found.name_missing == 0.0
    assert found.coverage == pytest.approx(1.0)


@pytest.mark.parametrize(
    "question",
    [
        "Is the pier in Split the smallest?",
        "The pier in Split is the smallest.",
        "pier Split",
        "Wann wurde der kleinste Pier in Split gebaut?",
        "",
    ],
)
def test_only_english_questions_with_a_question_word_are_judged(question):
    """FAILURES 56: what the model was not trained for is served as before."""
    assert judge(question, [passage(TEXT)]) is None


def test_code_and_tables_are_not_judged():
    assert (
        judge("What is the torque of the valve?", [passage("| valve | torque |\n|---|---|\n| valve | 12 Nm |")]) is None
    )


def test_no_sentence_is_no_judgement():
    assert judge("Who built the pier?", []) is None
    assert judge("Who built the pier?", [passage("Bread is brown.")]) is None


def test_the_judgement_says_what_speaks_most_against():
    assert "denies" in judge("Who did not build the pier?", [passage(TEXT)]).against
    assert "opposite" in judge("Who built the smallest pier?", [passage(TEXT)]).against
    assert "%" in judge("Who built the pier?", [passage(TEXT)]).against


@given(st.text(max_size=60), st.lists(st.text(max_size=120), max_size=4))
def test_a_judgement_is_a_probability_whatever_the_text(question, bodies):
    judged = judge(f"What {question}", [passage(text, number) for number, text in enumerate(bodies)])
    assert judged is None or 0 < judged.probability < 1
