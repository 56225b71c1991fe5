import pytest

from agents.guardrails.rules.person_names import PersonNameRule
from tests.agents.guardrails.pattern_rules import found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hello, my name is Jane van der Berg and I need help", "Jane van der Berg"),
        ("ask Dr. Mary O'Neil about it", "Mary O'Neil"),
        ("Sehr geehrte Frau Müller-Lüdenscheidt,", "Müller-Lüdenscheidt"),
        ("Ich heiße Özgür Yılmaz.", "Özgür Yılmaz"),
        ("Je m'appelle Éloïse Dupont", "Éloïse Dupont"),
        ("me llamo José García", "José García"),
        ("Меня зовут Иван Петров", "Иван Петров"),
        ("Full name: John Q. Public", "John Q. Public"),
        ("我叫王小明。", "王小明"),
        ("제 이름은 김철수입니다", "김철수"),
    ],
)
def test_names_that_are_given_as_such_are_found_without_their_titles(text, name):
    assert found(PersonNameRule, text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Pepper is a drink",
        "my name is on the list",
        "Paris is in France",
        "the name: of the file",
        "Mr. robot",
        "drama queens and prof files",
        "Where does Amazon ship?",
    ],
)
def test_other_words_pass(text):
    assert found(PersonNameRule, text) == []
