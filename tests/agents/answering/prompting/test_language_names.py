import re

from agents.answering.prompting.language_names import _NAME_OF, OF_THE_QUESTION, language_name
from schemas.languages import SNOWBALL


def test_a_language_is_called_by_its_english_name():
    assert [language_name(each) for each in ("en", "de", "ja")] == ["English", "German", "Japanese"]


def test_what_is_unknown_points_at_the_question():
    assert language_name("und") == language_name("xx") == OF_THE_QUESTION


def test_every_language_that_has_a_stemmer_has_a_name():
    assert set(SNOWBALL) - set(_NAME_OF) <= {"arz", "sh"}
    assert all(re.fullmatch("[A-Z][a-z]+", name) for name in _NAME_OF.values())
