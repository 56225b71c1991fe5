import json

from hypothesis import given
from hypothesis import strategies as st

from agents.planning.clean import clean

raw = st.text(
    alphabet=st.one_of(st.characters(codec=None), st.sampled_from("\x00\r\n\x0c\x85\x1b[m\ufeff\ud83d\ude00"))
)


def test_nul_and_control_characters_become_spaces_and_are_counted():
    """FAILURES 46: a NUL was a bracket or a dash, so words stay apart."""
    assert clean("A\x00B\x07") == ("A B ", ["Control characters were replaced by spaces: 2."])
    assert clean("\x00\x00")[0].strip() == ""


def test_a_page_break_separates_paragraphs():
    """FAILURES 46."""
    assert clean("one\x0ctwo") == ("one\n\ntwo", [])


def test_colours_of_a_terminal_are_taken_out_whole():
    """FAILURES 46."""
    assert clean("\x1b[31mred\x1b[0m") == ("red", [])


def test_byte_order_marks_are_taken_out_wherever_they_are():
    """FAILURES 46."""
    assert clean("\ufeffone\ufefftwo") == ("onetwo", [])


def test_a_lone_surrogate_becomes_one_replacement_character():
    """FAILURES 45."""
    assert clean("x" * 99 + "\ud83d") == ("x" * 99 + "\ufffd", ["Lone surrogates were replaced by U+FFFD: 1."])
    assert clean("\ude00\ud83d")[0] == "\ufffd\ufffd"


def test_two_halves_that_belong_together_become_one_character():
    """FAILURES 45."""
    assert clean("\ud83d\ude00") == ("😀", [])


def test_replacement_characters_of_the_producer_are_not_counted_as_ours():
    assert clean("\ufffd\ud83d")[1] == ["Lone surrogates were replaced by U+FFFD: 1."]


def test_all_line_ends_become_one_kind():
    """FAILURES 50."""
    assert clean("a\r\n\r\nb\rc\x85d\x0be") == ("a\n\nb\nc\nd\ne", [])


@given(raw)
def test_what_comes_out_can_be_stored_and_sent_and_cleaning_twice_changes_nothing(text):
    """FAILURES 45, 46."""
    cleaned, _ = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert json.loads(json.dumps(cleaned)) == cleaned
    assert not any(ord(character) < 32 and character not in "\n\t" for character in cleaned)
    assert "\x7f" not in cleaned
    assert clean(cleaned) == (cleaned, [])
