from hypothesis import given
from hypothesis import strategies as st

from agents.answering.prompting.tokens import MARGIN, MESSAGE_TOKENS, estimated_tokens, messages_tokens
from tests.agents.answering.prompting.samples import words


def test_the_counter_counts_and_a_margin_is_added():
    assert estimated_tokens("word " * 100, words) == round(100 * MARGIN)


def test_a_script_that_the_counter_does_not_know_is_counted_by_its_bytes():
    """The embedder takes a whole word of Thai, or a line of Chinese, for one unknown token."""
    assert estimated_tokens("水泵必须在霜冻前排空", words) >= 10
    assert estimated_tokens("x" * 600, lambda _: 1) == 120


def test_half_a_surrogate_pair_is_counted_like_anything_else():
    assert estimated_tokens("\ud800", words) > 0


@given(st.text(), st.text())
def test_more_text_never_takes_fewer_tokens(text, more):
    assert estimated_tokens(text, len) <= estimated_tokens(text + more, len)


def test_each_message_costs_what_a_chat_template_puts_around_it():
    assert messages_tokens(["", ""], words) == 2 * MESSAGE_TOKENS
