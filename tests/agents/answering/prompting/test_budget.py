import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.prompting.budget import fit
from agents.answering.prompting.cases import case_passages
from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.tokens import messages_tokens
from agents.answering.sentences import split_sentences
from schemas.drafts import Turn
from tests.agents.answering.prompting.samples import words

SENTENCES = "Drain the pump first. Then close the valve tightly. At last cover all of it with straw."


def contents(passages, turns):
    return ["Answer now.", *(each.text for each in passages), *(f"{each.question} {each.answer}" for each in turns)]


def turn(number):
    return Turn(question=f"Question number {number}?", answer="An answer of some six words.")


def test_what_fits_stays():
    passages, turns = case_passages(("One.", "Two.")), (turn(1), turn(2))
    fitting = fit(contents, passages, turns, 100, words)
    assert (fitting.passages, fitting.turns, fitting.cut) == (passages, turns, False)
    assert fitting.tokens == messages_tokens(contents(passages, turns), words)


def test_the_oldest_turns_go_first():
    passages, turns = case_passages((SENTENCES,)), (turn(1), turn(2), turn(3))
    without_one = messages_tokens(contents(passages, turns[1:]), words)
    fitting = fit(contents, passages, turns, without_one, words)
    assert (fitting.passages, fitting.turns) == (passages, turns[1:])


def test_then_the_weakest_passages():
    passages = case_passages((SENTENCES,) * 4)
    limit = messages_tokens(contents(passages[:2], ()), words)
    fitting = fit(contents, passages, (turn(1),), limit, words)
    assert (fitting.passages, fitting.turns, fitting.cut) == (passages[:2], (), False)


def test_the_best_one_alone_ends_after_a_sentence_and_its_span_with_it():
    passages = case_passages((SENTENCES,))
    limit = messages_tokens(contents(passages, ()), words) - 5
    fitting = fit(contents, passages, (), limit, words)
    (cut,) = fitting.passages
    assert cut.text == "Drain the pump first. Then close the valve tightly."
    assert (cut.span.start, cut.span.end) == (0, len(cut.text))
    assert fitting.cut
    assert fitting.tokens <= limit


def test_a_sentence_that_is_too_long_is_left_out_whole():
    passages = case_passages(("word " * 500,))
    fitting = fit(contents, passages, (), 60, words)
    assert (fitting.passages, fitting.cut) == ((), False)


def test_a_prompt_that_is_too_long_itself_is_said():
    with pytest.raises(PromptError, match=r"the question alone take some \d+ tokens, and max_input_tokens is 5"):
        fit(contents, case_passages((SENTENCES,)), (turn(1),), 5, words)


@given(
    st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=6), max_size=8),
    st.integers(0, 4),
    st.integers(12, 400),
)
def test_what_fits_is_a_beginning_of_the_passages_whole_but_for_the_first_and_an_end_of_the_turns(
    lengths, count, limit
):
    texts = tuple(" ".join(" ".join(["Word"] * length) + "." for length in each) for each in lengths)
    passages, turns = case_passages(texts), tuple(turn(number) for number in range(count))
    fitting = fit(contents, passages, turns, limit, words)
    assert messages_tokens(contents(fitting.passages, fitting.turns), words) == fitting.tokens <= limit
    assert tuple(fitting.turns) == turns[len(turns) - len(fitting.turns) :]
    if fitting.cut:
        (cut,) = fitting.passages
        assert cut.text in [texts[0][: sentence.end] for sentence in split_sentences(texts[0])[:-1]]
    else:
        assert tuple(fitting.passages) == passages[: len(fitting.passages)]
    if len(fitting.passages) < len(passages):
        assert fitting.turns == ()
