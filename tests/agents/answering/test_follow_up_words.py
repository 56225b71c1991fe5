import pytest

from agents.answering.follow_up_words import LANGUAGES, words_for

AND = {"en": "And", "de": "Und", "fr": "Et", "es": "¿Y", "it": "E", "pt": "E", "nl": "En"}


def test_a_language_without_words_of_its_own_is_read_as_english():
    assert words_for("xx") is words_for("und") is words_for("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_all_of_them(language):
    words = words_for(language)
    assert words.things
    assert words.persons
    assert words.things.isdisjoint(words.persons)
    assert all(word == word.casefold() for word in words.things | words.persons | words.prepositions)
    assert words.beginnings.match(f"{AND[language]} in")
    assert not words.beginnings.match(f"{AND[language]}x in")


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Is it possible to swim?"),
        ("de", "Gibt es Duschen?"),
        ("fr", "Y a-t-il des douches ?"),
        ("es", "¿Es posible nadar?"),
    ],
)
def test_where_a_word_stands_for_nothing_is_known(language, question):
    assert words_for(language).idle.search(question)
