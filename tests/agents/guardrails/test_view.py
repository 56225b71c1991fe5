import numpy as np

from agents.guardrails.view import View
from schemas.chunks import Span


def test_a_raw_view_points_at_itself() -> None:
    assert View("abc").span(1, 2) == Span(start=1, end=2)


def test_a_reading_of_a_reading_points_at_the_raw_text() -> None:
    without_gaps = View("a b c").reread("abc", np.array([0, 2, 4]))

    backwards = without_gaps.reread("cba", np.array([2, 1, 0]))

    assert without_gaps.span(1, 3) == Span(start=2, end=5)
    assert backwards.span(0, 3) == Span(start=0, end=5)


def test_what_was_decoded_points_at_the_whole_code() -> None:
    assert View("ignore", inside=Span(start=4, end=12)).span(2, 3) == Span(start=4, end=12)
