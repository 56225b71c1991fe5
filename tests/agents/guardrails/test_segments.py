import re
import time

from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.segments import _BREAK, MAX_SEGMENTS, edges, segments
from agents.guardrails.views import Views


def pieces(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in segments(text)]


def test_sentences_lines_and_cells_are_pieces() -> None:
    text = "The invoice is ready. Please pay it.\nWrite a poem about spring.\nJanuary sales | February sales"

    assert pieces(text) == [
        "The invoice is ready.",
        "Please pay it.",
        "Write a poem about spring.",
        "January sales |",
        "February sales",
    ]


def test_a_line_that_goes_on_in_lower_case_was_only_wrapped() -> None:
    assert pieces("It was a bright cold day\nin April, and so on") == ["It was a bright cold day\nin April, and so on"]


def test_a_short_piece_belongs_to_the_next_one() -> None:
    assert pieces("1. What is the capital?") == ["1. What is the capital?"]


def test_a_text_of_nothing_but_breaks_has_a_bounded_number_of_pieces() -> None:
    assert len(segments("a sentence here.\n" * 10_000)) == MAX_SEGMENTS + 1


@given(st.text())
def test_pieces_follow_one_another_without_gaps_to_the_end(text: str) -> None:
    found = segments(text)

    assert "".join(text[start:end] for start, end in found) == text


@given(st.text(min_size=1))
def test_edges_are_within_the_plain_reading_and_in_order(text: str) -> None:
    plain = Views(text).plain

    bounds = edges(plain, segments(text)).tolist()

    assert bounds == sorted(bounds)
    assert bounds[-1] == len(plain.text)


def test_many_spaces_in_a_row_take_linear_time() -> None:
    """Tried from each of them, 30,000 took six seconds of processor."""
    start = time.thread_time()

    found = [segments(space * 30_000) for space in (" ", "\t", " \n", " |")]

    assert all(found)
    assert time.thread_time() - start < 2


@given(st.text(alphabet=' \t\n|."aA'))
def test_a_break_is_found_wherever_its_spaces_begin(text: str) -> None:
    anywhere = re.compile(r"[.!?…][\"')\]”’»]*\s+|\s*\n\s*\n\s*|\s*\n(?=\s*[^\sa-z])|\s*\|+\s*")

    assert [match.span() for match in _BREAK.finditer(text)] == [match.span() for match in anywhere.finditer(text)]
