import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.token_cost import LONGEST_TOKEN, TokenCost
from tests.agents.planning.counting import WordCounter


class OneToken(WordCounter):
    """A word of more than a hundred characters as WordPiece sees it: one `[UNK]`."""

    def token_ends(self, text):
        return [len(text.rstrip())] if text.strip() else []


def before(text, counter, *offsets):
    return TokenCost(text, counter).before(np.array(offsets)).tolist()


def test_tokens_that_end_before_an_offset_are_counted():
    text = "one two, three"
    assert before(text, WordCounter(), 0, 2, 3, 4, 7, 8, 14) == [0, 0, 1, 1, 2, 3, 4]


def test_an_overlong_token_costs_what_its_characters_would():
    """FAILURES 48: else a line of a megabyte would be one token."""
    text = "x" * (10 * LONGEST_TOKEN)
    assert before(text, OneToken(), len(text)) == [10]
    assert before(text, OneToken(), LONGEST_TOKEN) == [1]


def test_white_space_costs_too_when_there_is_much_of_it():
    text = "x" + " " * (10 * LONGEST_TOKEN)
    assert 9 <= before(text, OneToken(), len(text))[0] <= 11


def test_an_empty_text_costs_nothing():
    assert before("", WordCounter(), 0) == [0]


@given(st.text(max_size=200))
def test_costs_never_fall_and_bound_both_tokens_and_characters(text):
    costs = before(text, WordCounter(), *range(len(text) + 1))
    assert costs == sorted(costs)
    assert costs[-1] >= len(WordCounter().token_ends(text))
    assert len(text) <= (costs[-1] + 1) * (LONGEST_TOKEN + 1)
