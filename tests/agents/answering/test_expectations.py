import pytest

from agents.answering.expectations import definition_for, expected_of, lacks_the_expected


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many boats are there?", "There are twelve boats."),
        ("When was it built?", "It was built in 1932."),
        ("Who built it?", "It was built by Marin Kovač."),
        ("Why was it built?", "It was built because the old one sank."),
    ],
)
def test_a_sentence_with_the_kind_of_thing_that_is_asked_for_is_expected(question, sentence):
    assert expected_of(question)(sentence)
    assert not expected_of(question)("it was nice there")


def test_a_question_of_no_kind_expects_nothing():
    assert not expected_of("Wann fährt die Fähre?")("Um 9 Uhr.")


def test_a_definition_begins_with_its_subject():
    defines = definition_for("What is a spring tide?")
    assert defines("A spring tide is the highest of the month.")
    assert not defines("It is higher than a spring tide is.")


def test_a_subject_with_pattern_characters_is_taken_literally():
    assert definition_for("What is C++ (the language)?")("C++ (the language) is old.")
    assert not definition_for("What is .*?")("anything is this")


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("How many boats left in 1932?", "In 1932 the boats left.", True),
        ("How many boats left in 1932?", "In 1932, 12 boats left.", False),
        ("When does the ferry leave?", "The ferry leaves at nine.", False),
        ("When does the ferry leave?", "The ferry leaves.", True),
        ("Who built the Ark?", "The Ark was built.", True),
        ("Who built the Ark?", "Marin built the Ark.", False),
        ("Why was it built?", "It was built.", False),
    ],
)
def test_what_the_question_said_itself_is_no_answer_to_it(question, sentence, lacks):
    assert lacks_the_expected(question, sentence) is lacks
