import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.markers import read_references, without_references


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It is so [1].", "It is so."),
        ("It is so[12, 13].", "It is so."),
        ("It is so [3–5] there.", "It is so there."),
        ("[2] It is so.", " It is so."),
        ("水[3]是湿的。", "水是湿的。"),
        ("It is so [source: wiki].", "It is so."),
    ],
)
def test_bracketed_references_go(text, left):
    assert without_references(text)[0] == left


@pytest.mark.parametrize("text", ["`a[3]`", "a[3] = 4", "x[0]", "see [the page](https://e.org)", "[1](https://e.org)"])
def test_code_and_links_stay(text):
    """FAILURES 62: code untouched."""
    assert without_references(text) == (text, 0)


def test_every_removed_reference_is_counted():
    assert without_references("One [1], two [2][3].") == ("One, two.", 3)


@given(st.text(alphabet="a1[], `-\n", max_size=200))
def test_nothing_but_brackets_is_lost(text):
    left, removed = without_references(text)
    assert len(left) <= len(text)
    assert (removed == 0) == (left == text)


@pytest.mark.parametrize("text", ["[" * 50_000, "[1," * 30_000, "`" * 50_001, "a[1" * 30_000, " " * 100_000])
def test_hostile_brackets_are_read_in_linear_time(text):
    """FAILURES 59."""
    began = time.process_time()
    without_references(text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("So [2], and [1, 5].", (2, 1, 5)),
        ("So [passage 3] and [Source: 4].", (3, 4)),
        ("So [0] [99].", (0, 99)),
        ("So [doc-7_chunk_119], [citation needed].", ()),
        ("So `x[3]` and a[3] = 4.", ()),
    ],
)
def test_it_is_told_which_passages_are_pointed_at(text, numbers):
    assert read_references(text).numbers == numbers
