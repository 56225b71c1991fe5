import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.chat_chunks import read_chunk
from infra.chat_errors import AttemptError, Endpoint, RefusedError, in_full

ENDPOINT = Endpoint("small at host:8000", "sk-very-secret")


def read(value):
    return read_chunk(value if isinstance(value, str) else json.dumps(value), ENDPOINT)


def choice(**fields):
    return {"choices": [{"index": 0, **fields}]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (choice(delta={"content": "The"}), "The"),
        (choice(delta={"role": "assistant", "content": None}), ""),
        (choice(delta={"role": "assistant", "content": ""}), ""),
        (choice(delta={}), ""),
        (choice(delta=None, finish_reason="stop"), ""),
        (choice(delta={"content": "The", "tool_calls": [1]}, logprobs=None, anything="else"), "The"),
        ({"choices": [], "usage": {"prompt_tokens": 3}}, ""),
    ],
)
def test_a_chunks_text_is_its_deltas_content(value, text):
    assert read(value).text == text


def test_the_usage_comes_without_choices():
    usage = read({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": None}}).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (3, None)
    assert read({"choices": None, "usage": {"prompt_tokens": 3}}).usage.prompt_tokens == 3


def test_the_last_chunk_says_why_it_is_the_last():
    assert read(choice(delta={}, finish_reason="length")).finish_reason == "length"
    assert read({"choices": [], "usage": {}}).finish_reason is None


def test_thinking_aloud_is_progress_and_no_text():
    for name in ("reasoning_content", "reasoning"):
        chunk = read(choice(delta={name: "Hmm."}))
        assert chunk.is_progress
        assert chunk.text == ""
    assert not read(choice(delta={"content": ""})).is_progress


@pytest.mark.parametrize(
    "value",
    [
        "",
        "{",
        '{"choices": [',
        "null",
        "[]",
        '"text"',
        "[" * 5_000,
        {},
        {"hello": 1},
        {"choices": None},
        {"choices": [1]},
        {"choices": {"delta": {}}},
        choice(delta={"content": 7}),
        {"choices": [], "usage": {"prompt_tokens": -1}},
        {"choices": [], "usage": {"prompt_tokens": 10**400}},
        r'{"choices": [{"delta": {"content": "\ud83d"}}]}',
    ],
)
def test_what_is_no_chunk_is_worth_another_attempt(value):
    with pytest.raises(AttemptError, match=r"no chunk|without choices"):
        read(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["choices", "delta", "content", "usage", "error", "code", "message", "finish_reason"]),
                inner,
            )
        ),
    )
)
def test_no_json_is_too_odd(value):
    with contextlib.suppress(AttemptError, RefusedError):
        assert isinstance(read(value).text, str)


@pytest.mark.parametrize("error", ["boom", {"message": "boom", "code": 500}, {"message": "boom", "code": 429}, {}, [1]])
def test_an_error_in_the_midst_of_a_stream_is_the_servers(error):
    with pytest.raises(AttemptError, match="small at host:8000 broke off"):
        read({"error": error})


def test_an_error_that_is_the_clients_is_permanent_and_keeps_the_key_to_itself():
    with pytest.raises(RefusedError, match="broke off") as refused:
        read({"error": {"message": "sk-very-secret is too long", "code": 400}})
    assert str(refused.value) == "small at host:8000 broke off"
    assert in_full(refused.value).endswith("broke off: *** is too long")
