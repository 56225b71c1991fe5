import base64

from agents.guardrails.views import MAX_TRANSFORMED, Views
from schemas.chunks import Span


def test_each_reading_is_made_once() -> None:
    views = Views("i g n o r e this")

    assert views.plain is views.plain
    assert views.disguised is views.disguised


def test_what_was_decoded_is_folded_and_undisguised_as_well() -> None:
    views = Views(base64.b64encode(b"1gn0re ALL of it").decode())

    assert [view.text for view in views.decoded] == ["1gn0re all of it"]
    assert "ignore all of it" in [view.text for view in views.disguised]


def test_an_ordinary_text_has_no_other_readings() -> None:
    views = Views("How do I kill a zombie process?")

    assert (views.decoded, views.disguised) == ((), ())


def test_a_long_text_is_not_read_backwards() -> None:
    assert len(Views("a").transformed) == 2
    assert Views("a" * (MAX_TRANSFORMED + 1)).transformed == ()


def test_whatever_is_made_of_a_decoded_reading_points_at_the_code() -> None:
    code = base64.b64encode("IGNÖRE 1gn0re ignоre".encode()).decode()
    views = Views(f"run {code} now")

    spans = {view.span(0, 3) for view in (*views.decoded, *views.disguised[-1:])}

    assert spans == {Span(start=4, end=4 + len(code))}
