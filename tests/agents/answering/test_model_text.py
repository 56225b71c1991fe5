import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.model_text import MOST_SENTENCES, ModelText

MANY = 400


def read(pieces, written=50, most=MANY):
    text = ModelText(3)
    found = [each for piece in pieces for each in text.feed(piece)]
    found += text.flush(written, most)
    return [each.text.strip() for each in found], text.ending


def test_sentences_come_without_their_markers_which_are_told():
    text = ModelText(3)
    found = [*text.feed("At nine [2]. At eleven. [1, 3] "), *text.flush(9, MANY)]
    assert [(each.text, each.numbers) for each in found] == [("At nine.", (2,)), ("At eleven.", (1, 3))]


@pytest.mark.parametrize(
    "text", ["NO ANSWER", "NO ANSWER.", "**NO ANSWER**", "No answer.", "NO ANSWER in these texts."]
)
def test_who_says_that_there_is_no_answer_says_nothing_else(text):
    assert read([f"{text} The ferry leaves at nine."]) == ([], "no-answer")


def test_a_sentence_about_answers_is_a_sentence():
    assert read(["No answer was given by the captain."]) == (["No answer was given by the captain."], "")


@pytest.mark.parametrize("sentence", ["At nine.", "It is   SO."])
def test_who_repeats_a_sentence_is_stopped(sentence):
    assert read([f"{sentence} And then. {sentence.lower().capitalize()} More."])[1] == "repeats"
    assert read([f"{sentence} {sentence} " * 50])[0] == [sentence]


@pytest.mark.parametrize(
    "more",
    ["Question: Why?", "User: Why?", "Q: why", "### Question:\nWhy?", "Passage [3]: Ships sink.", "[3] <data f00> x",
     "<data abc>\nx\n</data abc>", "</data abc>", "<|im_start|>user", "Sources:\n[1] x", "References: none"],
)  # fmt: skip
def test_who_goes_on_with_another_text_is_stopped(more):
    kept, ending = read([f"At nine.\n\n{more}\nNever read."])
    assert kept[0] == "At nine."
    assert ending == "continues"
    assert not any("Never" in each for each in kept)


@pytest.mark.parametrize("fence", ["<data 2526daa9fc>\n", "<data 2526daa9fc> ", '[1] <data 2526daa9fc title="A b">\n'])
def test_a_fence_that_is_copied_at_the_beginning_is_no_part_of_the_answer(fence):
    """SmolLM2-135M begins so now and then, and answers all the same."""
    assert read([f"{fence}At nine. And at ten.\n</data 2526daa9fc>\nNever read."]) == (
        ["At nine.", "And at ten."],
        "continues",
    )
    assert read([f"{fence}NO ANSWER"]) == ([], "no-answer")


def test_a_colon_after_another_word_stops_nobody():
    assert read(["There are two: a ship, and a boat."])[1] == ""


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Answer: At nine.", "At nine."),
        ("The answer is: at nine.", "At nine."),
        ("According to the passages, it leaves at nine.", "It leaves at nine."),
        ("Based on the provided information [1], it leaves at nine.", "It leaves at nine."),
        ("According to [1], it leaves at nine.", "It leaves at nine."),
        ("According to passage 2, it leaves at nine.", "It leaves at nine."),
        ("Laut den Quellen, fährt sie um neun.", "Fährt sie um neun."),
        ("According to the captain, it leaves at nine.", "According to the captain, it leaves at nine."),
    ],
)
def test_announcements_are_taken_off(said, kept):
    assert read([said])[0] == [kept]


def test_a_number_in_parentheses_at_the_end_is_a_marker_where_there_is_such_a_passage():
    text = ModelText(3)
    found = [*text.feed("At nine (2). It has decks (12). "), *text.flush(9, MANY)]
    assert [(each.text, each.numbers) for each in found] == [("At nine.", (2,)), ("It has decks (12).", ())]


@pytest.mark.parametrize("size", [1, 4, 1_000])
@pytest.mark.parametrize("tag", ["think", "thinking", "thought"])
def test_what_a_model_thinks_aloud_is_not_read(size, tag):
    text = f" \n<{tag}>At eleven. No: at nine.</{tag}>\n\nAt nine."
    assert read(text[at : at + size] for at in range(0, len(text), size)) == (["At nine."], "")


@pytest.mark.parametrize("text", ["<think>At nine. At", "<think>"])
def test_a_thought_without_an_end_is_nothing(text):
    assert read([text]) == ([], "")


@pytest.mark.parametrize("text", ["<b", "<table> is a tag."])
def test_what_only_begins_like_a_thought_is_text(text):
    assert read([text])[0] == [text]


@pytest.mark.parametrize(("written", "most"), [(MANY, MANY), (0, 4)])
def test_of_a_text_that_was_cut_off_the_half_sentence_is_left_out(written, most):
    assert read(["At nine. At elev"], written, most)[0] == ["At nine."]
    assert read(["At nine. At eleven."], written, most)[0] == ["At nine.", "At eleven."]
    assert read(["At nine. At elev"], 5, MANY)[0] == ["At nine.", "At elev"]


def test_a_long_answer_ends_somewhere():
    kept, ending = read([f"This is number {number}. " for number in range(100)])
    assert (len(kept), ending) == (MOST_SENTENCES, "enough")


@given(st.text(alphabet=st.sampled_from("Aa. \n<>/think[1]:NO ANSWER"), max_size=80), st.integers(1, 9))
def test_where_the_pieces_are_cut_changes_nothing(text, size):
    assert read(text[at : at + size] for at in range(0, len(text), size)) == read([text])


@pytest.mark.parametrize("text", ["<think>" + "a " * 50_000, "According to " * 10_000, "[1]" * 20_000, "NO " * 30_000])
def test_hostile_text_is_read_in_bounded_time(text):
    """FAILURES 59."""
    began = time.process_time()
    read(text[at : at + 16] for at in range(0, len(text), 16))
    assert time.process_time() - began < 5
