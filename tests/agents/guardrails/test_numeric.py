from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.numeric import numeric_view


def test_numbers_of_every_script_read_as_ascii():
    assert numeric_view("٤١١١ ४१११ ４１１１－1111").text == "4111 4111 4111-1111"


def test_dashes_and_spaces_of_any_width_read_as_ordinary_ones():
    assert numeric_view("078‑05−1120 a\u00a0b\u2009c").text == "078-05-1120 a b c"


def test_what_nobody_sees_is_left_out_and_found_again():
    view = numeric_view("no 41\u200b11\u00ad!")
    assert view.text == "no 4111!"
    assert (view.span(3, 7).start, view.span(3, 7).end) == (3, 8)


def test_letters_stay_as_they_are():
    assert numeric_view("Größe β 手机").text == "Größe β 手机"


@given(st.text())
def test_spans_lie_within_the_text(text):
    view = numeric_view(text)
    for at in range(len(view.text)):
        span = view.span(at, at + 1)
        assert 0 <= span.start < span.end <= len(text)
