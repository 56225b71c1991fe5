import pytest

from agents.answering.opposites import negated, turned_around
from agents.answering.terms import stem, words_of


def stems(text):
    return frozenset(stem(word, "en") for word in words_of(text))


@pytest.mark.parametrize(
    ("question", "sentence", "turned"),
    [
        ("Which is the smallest island?", "The largest island is Krk.", ("smallest",)),
        ("What is an open system?", "In a closed system nothing enters.", ("open",)),
        ("What is a fundamental error?", "It is a non-fundamental error.", ()),
        ("What is unbalanced?", "The forces are balanced.", ("unbalanc",)),
        ("What is balanced?", "The forces are unbalanced.", ("balanc",)),
        ("What is the largest island?", "The largest island is Krk, the smallest Galevac.", ()),
        ("Is the largest or the smallest nearer?", "The largest island is near.", ()),
    ],
)
def test_a_word_whose_opposite_stands_there_instead_is_turned_around(question, sentence, turned):
    assert turned_around(stems(question), stems(sentence)) == turned


@pytest.mark.parametrize("text", ["It is not open.", "It isn't.", "It isn’t.", "a non fundamental error", "It failed."])
def test_a_denial_is_seen(text):
    assert negated(text)


@pytest.mark.parametrize("text", ["It is open.", "A note on knots.", "Nonsense cannons.", "Leave out None values.", ""])
def test_a_statement_is_no_denial(text):
    assert not negated(text)
