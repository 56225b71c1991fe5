import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.sizes import SPECIAL_TOKENS, ChunkSizes
from infra.token_counter import open_token_counter, open_tokenizer
from schemas.embedding_text import CONTEXT_TOKENS
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import MAX_TOKENS, tiny_model

PIECES = [*"the ferry.猫é🛥ﬁ\u0301\u00ad\u200b\t\n", "👩‍👩‍👧", "ing", "\U0001d4d0"]
PIECES = [*"the ferry.猫é🛥ﬁ\u0301\u00ad\u200b\t\n", "👩‍👩‍👧", "ing", "\U0001d4d0"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def counter(model):
    return open_token_counter(model)


def test_the_tokenizers_own_cutting_and_padding_are_off(model):
    """FAILURES 36: the file that is published cuts at half of what the model takes."""
    tokenizer = open_tokenizer(model)
    assert tokenizer.truncation is None
    assert tokenizer.padding is None
    assert len(tokenizer.encode("the " * 50).ids) == 52
    assert len(tokenizer.encode("the").ids) == 3


def test_the_limit_is_the_models(counter):
    assert counter.max_tokens == MAX_TOKENS


def test_a_passages_prefix_takes_its_tokens_from_the_limit(tmp_path):
    """FAILURES 36."""
    counter = open_token_counter(tiny_model(tmp_path, passage_prefix="the ferry: "))
    assert counter.max_tokens == MAX_TOKENS - 3
    assert list(counter.token_ends("vis")) == [3]


def test_chunks_that_fit_without_a_prefix_and_not_with_it_are_refused_at_the_start(tmp_path):
    """FAILURES 36."""
    sizes = ChunkSizes(16, MAX_TOKENS - CONTEXT_TOKENS - SPECIAL_TOKENS)
    sizes.checked_against(open_token_counter(tiny_model(tmp_path / "bare")).max_tokens)
    prefixed = open_token_counter(tiny_model(tmp_path / "prefixed", passage_prefix="the ferry: "))
    with pytest.raises(ConfigurationError, match="the embedder takes 61; set it to 35 or less"):
        sizes.checked_against(prefixed.max_tokens)


def test_special_tokens_are_not_counted(counter):
    assert list(counter.token_ends("the ferry leaves.")) == [3, 9, 16, 17]


def test_a_text_without_tokens_has_no_ends(counter):
    assert list(counter.token_ends("")) == list(counter.token_ends(" \n")) == []


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("🛥 the", [1, 5]),
        ("猫猫the", [1, 2, 5]),
        ("e\u0301 the", [1, 6]),
        ("\U0001d4d0 the", [1, 5]),
        ("caf\u00e9", [1, 2, 3, 4]),
    ],
)
def test_ends_are_counted_in_code_points(counter, text, ends):
    found = list(counter.token_ends(text))
    assert found[-1] == len(text)
    assert len(found) == len(ends)
    assert [end for end, expected in zip(found, ends, strict=True) if abs(end - expected) > 1] == []


@given(text=TEXTS)
def test_ends_only_rise_and_stay_within_the_text(counter, text):
    ends = list(counter.token_ends(text))
    assert ends == sorted(ends)
    assert all(0 < end <= len(text) for end in ends)
