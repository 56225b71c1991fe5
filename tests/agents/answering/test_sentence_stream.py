import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.answering.sentence_stream import LONGEST, SentenceStream


def streamed(pieces):
    stream = SentenceStream()
    found = [sentence for piece in pieces for sentence in stream.feed(piece)]
    return [*found, *stream.flush()]


def whole_before_the_end(text):
    return list(SentenceStream().feed(text))


TEXTS = st.text(alphabet=st.sampled_from("aA.!?。\n `[]1,(~#-|*) "), max_size=120) | st.text(max_size=80)


@given(TEXTS)
@example("Read `a. B` now. Go.")
@example("It is so. [1][2] Next one. [citation needed]\n\n- a\n- b\n```\nx. y\n```\nEnd")
@example("1. Do it.\n2. Leave.")
def test_where_the_pieces_are_cut_changes_nothing(text):
    assert streamed(text) == streamed([text])


@given(TEXTS)
def test_nothing_but_white_space_is_lost(text):
    assert "".join("".join(streamed([text])).split()) == "".join(text.split())


@given(TEXTS)
def test_what_came_early_is_what_would_have_come_late(text):
    early = whole_before_the_end(text)
    assert streamed([text])[: len(early)] == early


def test_a_sentence_comes_when_the_next_one_begins():
    stream = SentenceStream()
    assert list(stream.feed("The ferry leaves at 9.")) == []
    assert list(stream.feed("30 from Split.")) == []
    assert list(stream.feed(" It")) == ["The ferry leaves at 9.30 from Split."]
    assert list(stream.flush()) == ["It"]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met Mrs. Jones at 5 p.m. on Main St. in Zagreb.",
        "It costs 3.50 on https://example.org/a.b?c=d. e.",
        "Das gilt z. B. für Kinder.",
        "Run `make. All` first",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text):
    assert whole_before_the_end(f"{text} ") == []
    assert streamed([text]) == [text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("At nine [1]. At ten [2].", ["At nine [1].", "At ten [2]."]),
        ("At nine. [1] At ten. [2][3]", ["At nine. [1]", "At ten. [2][3]"]),
        ("At nine.[1, 5] At ten.", ["At nine.[1, 5]", "At ten."]),
        ("At nine.[1]At ten.", ["At nine.[1]", "At ten."]),
        ("At nine. [The page](https://e.org) says so.", ["At nine.", "[The page](https://e.org) says so."]),
        ("渡轮九点开。[1]票价多少？", ["渡轮九点开。[1]", "票价多少？"]),
        ('"Go." "Stay!" he said.', ['"Go."', '"Stay!" he said.']),
    ],
)
def test_a_marker_belongs_to_the_sentence_before_it(text, sentences):
    assert streamed(text) == sentences


def test_list_items_and_paragraphs_end_without_a_stop():
    text = "There are two:\n- the first\n- the second, which\n  goes on\n\nThat is all"
    assert streamed(text) == ["There are two:", "- the first", "- the second, which\n  goes on", "That is all"]


def test_a_numbered_item_is_not_cut_after_its_number():
    assert streamed("Do this:\n1. Open it.\n2. Close it.") == ["Do this:", "1. Open it.", "2. Close it."]


def test_code_in_a_fence_is_one_sentence_whatever_is_in_it():
    text = "Like this:\n```python\na = 1. \n\nprint(a[3]). Now!\n```\nDone."
    assert streamed(text) == ["Like this:", "```python\na = 1. \n\nprint(a[3]). Now!\n```", "Done."]


def test_a_fence_that_is_never_closed_comes_at_the_end():
    assert streamed("```\nx. Y. Z.") == ["```\nx. Y. Z."]


def test_a_text_without_an_end_is_cut_at_white_space():
    found = streamed(["word " * 2_000])
    assert max(map(len, found)) <= LONGEST
    assert {len(each) % 5 for each in found} == {4}


@pytest.mark.parametrize(
    "text", ["a" * 20_000, "`" * 20_000, "[" * 20_000, ". " * 10_000, "a.\n" * 5_000, "``` \n" * 4_000]
)
def test_hostile_text_is_cut_in_bounded_time(text):
    """FAILURES 59."""
    began = time.process_time()
    assert streamed([text])
    assert streamed(text[at : at + 8] for at in range(0, len(text), 8))
    assert time.process_time() - began < 5
