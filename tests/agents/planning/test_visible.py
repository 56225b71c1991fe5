import pytest

from agents.planning.visible import is_blank


@pytest.mark.parametrize(
    "text", ["", "   \n\t", "\u200b\u200d\ufeff\u00ad", "---", "***\n* * *", "| | |", "….", "\ufffd"]
)
def test_text_without_a_letter_digit_or_picture_is_blank(text):
    """FAILURES 47."""
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "--- 1", "雨", "😀", "☀", "é", "…no…", "½"])
def test_anything_that_could_be_searched_for_is_not(text):
    assert not is_blank(text)
