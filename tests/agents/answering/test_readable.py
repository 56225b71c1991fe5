import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.readable import readable


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("- Use **uvicorn** to run it.", "Use uvicorn to run it."),
        ("2. Open the *main* valve.", "Open the main valve."),
        ("> ## Quoted heading", "Quoted heading"),
        ('See [the guide](../guide.md "Guide") first.', "See the guide first."),
        ("[![build](https://e.org/b.svg)](https://e.org)", ""),
        ('A <abbr title="x y">CPU</abbr> works.<br/>', "A CPU works."),
        ("It goes\n  over lines.", "It goes over lines."),
        ("## Title { #title }", "Title"),
    ],
)
def test_marks_go_and_words_stay(written, read):
    assert readable(written) == read


@pytest.mark.parametrize(
    "text",
    ["`**kwargs` and `List<b>` stay.", "snake_case_name and 2 * 3 * 4", "if a < b and c > d", "a[3] = 4", "3.5 litres"],
)
def test_what_only_looks_like_a_mark_stays(text):
    assert readable(text) == text


@given(st.text(alphabet=st.characters(categories=["L", "Zs"]), max_size=80))
def test_plain_words_are_not_touched(text):
    assert readable(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "![" * 30_000, "*a" * 30_000, "<a " * 30_000, "> " * 50_000, "{ #" * 30_000]
)
def test_hostile_marks_are_read_in_linear_time(text):
    """FAILURES 59."""
    began = time.process_time()
    readable(text)
    assert time.process_time() - began < 1.0
