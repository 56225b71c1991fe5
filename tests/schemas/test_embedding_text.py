import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from schemas.embedding_text import CONTEXT_TOKENS, embedding_context, embedding_text, search_form

words = st.text(max_size=60)


def test_title_and_section_path_stand_before_the_chunk():
    assert embedding_text("Rain", ("Weather", "Water"), "It falls.") == "Rain > Weather > Water\nIt falls."


def test_a_chunk_without_either_stands_alone():
    assert embedding_text(None, (), "It falls.") == "It falls."
    assert embedding_text("  ", ("",), "It falls.") == "It falls."


def test_a_title_that_is_the_first_heading_is_said_once():
    assert embedding_context("Rain", ("Rain", "Water")) == "Rain > Water"


def test_of_a_long_path_the_middle_goes_first():
    path = tuple(f"Section number {number} of the handbook" for number in range(9))
    assert embedding_context("Handbook", path) == "Handbook > Section number 8 of the handbook"


def test_a_single_overlong_title_is_cut():
    assert len(embedding_context("x" * 1_000, ())) <= 3 * CONTEXT_TOKENS
    assert len(embedding_context("雨" * 1_000, ())) <= CONTEXT_TOKENS


def test_ligatures_soft_hyphens_and_hyphenated_lines_are_undone_for_search():
    """FAILURES 50."""
    assert search_form("e\ufb03cient\u00ad ly ever-\ngreen \uff21 3-\n4") == "efficient ly evergreen A 3-\n4"


@given(words, st.lists(words, max_size=5).map(tuple), words)
def test_it_is_a_function_of_its_parts_in_compatibility_form(title, heading, text):
    made = embedding_text(title, heading, text)
    assert made == embedding_text(title, heading, text)
    assert made == unicodedata.normalize("NFKC", made)
