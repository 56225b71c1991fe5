import Stemmer

from schemas.languages import SNOWBALL, STOP_WORDS


def test_every_stemmer_is_one_that_snowball_has():
    assert set(SNOWBALL.values()) <= set(Stemmer.algorithms())
    assert len(set(SNOWBALL.values())) == 33


def test_every_list_belongs_to_a_language_with_a_stemmer_and_is_case_folded():
    assert STOP_WORDS.keys() <= SNOWBALL.keys()
    assert all(word == word.casefold() and len(word.split()) == 1 for words in STOP_WORDS.values() for word in words)
