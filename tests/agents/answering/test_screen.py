import pytest

from agents.answering.screen import blank_question


@pytest.mark.parametrize("text", ["", " \t", "\u200b\u2060", "?!…", "\u3164", "\u0301", "\x00"])
def test_what_shows_nothing_is_blank(text):
    """FAILURES 61."""
    assert blank_question(text).rule == "blank-question"


@pytest.mark.parametrize("text", ["a", "7", "🙂", "水", "C++", "€"])
def test_one_sign_is_a_question(text):
    """FAILURES 61."""
    assert blank_question(text) is None
