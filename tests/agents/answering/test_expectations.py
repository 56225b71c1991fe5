import pytest

from agents.answering.expectations import definition_for, expected_of


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
