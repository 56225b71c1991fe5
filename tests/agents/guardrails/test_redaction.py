from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.redaction import Cut, merged, redact

cuts = st.builds(
    lambda start, length, score: Cut(start, start + length, "#", score),
    st.integers(0, 40),
    st.integers(1, 10),
    st.floats(0, 1),
)


def test_what_is_not_cut_stays():
    assert redact("abcdef", [Cut(1, 2, "[x]"), Cut(4, 6, "[y]")]) == "a[x]cd[y]"


def test_cuts_that_overlap_become_one_under_the_surest_name():
    assert redact("abcdef", [Cut(0, 3, "[x]", 0.5), Cut(2, 5, "[y]", 0.9)]) == "[y]f"


def test_among_equally_sure_cuts_the_longest_gives_the_name():
    assert redact("abcdef", [Cut(0, 2, "[x]"), Cut(1, 5, "[y]")]) == "[y]f"


def test_cuts_that_only_touch_stay_two():
    assert redact("abcd", [Cut(0, 2, "[x]"), Cut(2, 4, "[y]")]) == "[x][y]"


@given(st.lists(cuts))
def test_no_character_of_a_cut_is_left_and_every_other_one_is(many):
    text = "".join(chr(0x4E00 + n) for n in range(50))
    gone = {at for cut in many for at in range(cut.start, cut.end)}
    kept = redact(text, many).replace("#", "")
    assert kept == "".join(each for at, each in enumerate(text) if at not in gone)


@given(st.lists(cuts))
def test_merged_cuts_are_in_order_and_apart(many):
    found = list(merged(many))
    assert all(first.end <= second.start for first, second in pairwise(found))
