"""What another program says of an error, without what it repeats."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.quotes import LEFT_OUT, SHORTEST, without_quotes_of


def test_what_is_quoted_is_an_ellipsis_and_what_is_shorter_stays():
    """FAILURES 79."""
    assert without_quotes_of("no: Drain the pump! yes", ["Drain the pump!"]) == "no: … yes"
    assert without_quotes_of("no: the pump!", ["Drain the pump!"]) == "no: the pump!"
    assert without_quotes_of("short", ["short"]) == "short"
    assert without_quotes_of("nothing was given", []) == "nothing was given"


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_nothing_that_is_long_enough_is_left_of_any_text(sentence, texts):
    told = without_quotes_of(sentence, texts)
    for text in texts:
        for start in range(len(text) - SHORTEST + 1):
            piece = text[start : start + SHORTEST]
            assert piece not in told or LEFT_OUT in piece
    assert len(told) <= len(sentence)
