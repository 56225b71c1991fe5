import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.graphemes import is_grapheme_boundary


def boundaries(text):
    return [offset for offset in range(len(text) + 1) if is_grapheme_boundary(text, offset)]


@pytest.mark.parametrize(
    "character", ["👨‍👩‍👧‍👦", "👍🏽", "e\u0301\u0323", "🇩🇪", "\r\n", "각", "\u1100\u1161\u11a8", "❤️", "நி", "1️⃣"]
)
def test_one_character_of_a_reader_has_no_boundary_inside(character):
    """FAILURES 45."""
    assert boundaries(character) == [0, len(character)]


def test_flags_are_torn_between_pairs_only():
    """FAILURES 45."""
    assert boundaries("🇩🇪🇫🇷🇮🇹") == [0, 2, 4, 6]


def test_letters_of_one_code_point_may_all_be_parted():
    assert boundaries("ab 雨が降") == list(range(7))
    assert boundaries("가나") == [0, 1, 2]


@given(st.text(max_size=40))
def test_the_ends_are_always_boundaries(text):
    assert is_grapheme_boundary(text, 0)
    assert is_grapheme_boundary(text, len(text))
