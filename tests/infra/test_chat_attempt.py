"""What a good server won't show, one reply at a time."""

import asyncio
import json

import httpx
import pytest

from infra.chat_attempt import Attempt, Patience
from infra.chat_errors import AttemptError, DeadlineError, Endpoint, RefusedError, in_full
from tests.infra.scripted_llm import CUT, DONE, EVENTS, HOLD, Reply, ScriptedLlm, chunk, event, refuses, says, usage

ENDPOINT = Endpoint("small at host:8000")
BODY = {"model": "small", "messages": [], "max_tokens": 100}


async def read(*steps, reply=None, body=BODY, first_token_s=5.0, stall_s=5.0, seconds=5.0, pause_s=0.0):
    """The pieces, and the attempt that gave them."""
    async with ScriptedLlm(reply or Reply(steps)) as server, httpx.AsyncClient(base_url=server.base_url) as client:
        deadline = asyncio.get_running_loop().time() + seconds
        attempt = Attempt(client, ENDPOINT, body, patience=Patience(first_token_s, stall_s), deadline=deadline)
        pieces = []
        async for piece in attempt.text():
            pieces.append(piece)
            await asyncio.sleep(pause_s)
        return pieces, attempt


async def fails(*steps, **options):
    """The error, and after which text it came."""
    with pytest.raises((AttemptError, RefusedError, DeadlineError)) as caught:
        await read(*steps, **options)
    return caught.value


async def test_text_comes_in_pieces_and_the_counts_after_it():
    pieces, attempt = await read(reply=says("The ", "ferry"))
    assert pieces == ["The ", "ferry"]
    assert (attempt.counts.prompt_tokens, attempt.counts.completion_tokens) == (7, 2)
    assert attempt.started


@pytest.mark.parametrize(
    "steps",
    [
        [b": comment\r\n\r\n", b"event: message\r\n", chunk("a"), b"id: 1\nretry: 5\n", DONE],
        [chunk("a"), chunk(finish="stop")],
        [chunk("a", finish="stop")],
        [chunk("a"), DONE, b"data: what comes after it\n\n"],
        [b"\xef\xbb\xbf: a mark\n\n", chunk("a"), DONE],
        [*(bytes([each]) for each in chunk("a")), DONE],
    ],
)
async def test_servers_word_a_stream_in_more_ways_than_one(steps):
    assert (await read(*steps))[0] == ["a"]


async def test_letters_that_are_cut_in_two_by_the_network_arrive_whole():
    raw = json.dumps({"choices": [{"delta": {"content": "Fähre 🛥"}}]}, ensure_ascii=False).encode()
    pieces = [bytes([each]) for each in b"data: " + raw + b"\n\n"]
    assert (await read(*pieces, DONE))[0] == ["Fähre 🛥"]


async def test_a_model_may_have_nothing_to_say():
    pieces, attempt = await read(chunk(finish="stop"), usage(3, 0), DONE)
    assert pieces == []
    assert attempt.counts.prompt_tokens == 3


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "ended before its answer was whole"),
        ([chunk("a")], "ended before its answer was whole"),
        ([b"\n\n\n\n"], "ended before its answer was whole"),
        ([chunk("a"), 0.05, CUT], "broke|ended before"),
        ([chunk("a"), b'data: {"choices": [\n\n', DONE], "no chunk of a chat"),
        ([event([1, 2]), DONE], "no chunk of a chat"),
        ([event({"hello": 1}), DONE], "without choices"),
        ([event({"error": {"message": "out of memory", "code": 500}})], "broke off"),
        ([b"data: " + b"x" * 400_000, b"\n\n", DONE], "far more than was asked for"),
        ([b"data: 1\n" * 60_000, DONE], "far more than was asked for"),
        ([b": still here\n\n" * 30_000, DONE], "far more than was asked for"),
    ],
)
async def test_a_stream_that_makes_no_sense_is_worth_another_attempt(steps, said):
    error = await fails(*steps)
    assert isinstance(error, AttemptError)
    with pytest.raises(AttemptError, match=said):
        raise error


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/html", b"<html>Welcome</html>"), ("application/json", b'{"choices": []}'), ("", b"data: 1\n\n")],
)
async def test_what_is_no_stream_of_events_is_not_read_as_one(kind, body):
    error = await fails(reply=Reply([body], headers={"Content-Type": kind}))
    assert "where a stream of events was asked for" in str(error)


@pytest.mark.parametrize("charset", ["utf-16", "idna", "undefined", "hex", "no-such-thing"])
async def test_a_stream_of_events_is_utf_8_whatever_it_says_of_itself(charset):
    """So demands https://html.spec.whatwg.org/multipage/server-sent-events.html, section 9.2.5."""
    kind = {"Content-Type": f"{EVENTS}; charset={charset}"}
    error = await fails(reply=Reply([b"data: \xff\xfe\n\n"], headers=kind))
    assert isinstance(error, AttemptError)


async def test_a_compressed_stream_is_refused_since_no_limit_would_hold():
    error = await fails(reply=Reply([b"\x1f\x8b"], headers={"Content-Type": EVENTS, "Content-Encoding": "gzip"}))
    assert isinstance(error, AttemptError)


async def test_a_redirect_is_not_followed_and_says_which_setting_is_wrong():
    error = await fails(reply=Reply([], 307, {"Location": "http://127.0.0.1:9/v1", "Content-Length": "0"}))
    assert isinstance(error, RefusedError)
    assert "RAGSTREAM_GENERATOR__BASE_URL" in str(error)


async def test_an_error_page_without_end_is_not_read_to_the_end():
    error = await fails(reply=Reply([b"x" * 100_000, HOLD], 500, {"Content-Type": "text/html"}), seconds=30)
    assert "HTTP 500" in str(error)


async def test_an_error_page_that_never_comes_counts_as_silence():
    assert "wrote nothing" in str(await fails(reply=Reply([b"x", HOLD], 500), first_token_s=0.2))


async def test_a_filtered_answer_is_refused_for_good():
    error = await fails(chunk("a"), chunk(finish="content_filter"), DONE)
    assert isinstance(error, RefusedError)


async def test_an_answer_is_cut_where_a_server_ignores_its_limit():
    endless = [chunk("word " * 20)] * 60
    pieces, _ = await read(*endless, HOLD)
    assert len("".join(pieces)) == 100 * 16


async def test_nobody_there_is_worth_another_attempt():
    async with ScriptedLlm(says()) as server:
        gone = server.base_url
    async with httpx.AsyncClient(base_url=gone) as client:
        deadline = asyncio.get_running_loop().time() + 5
        attempt = Attempt(client, ENDPOINT, BODY, patience=Patience(5, 5), deadline=deadline)
        with pytest.raises(AttemptError, match="no connection to small at host:8000"):
            await anext(attempt.text())


@pytest.mark.parametrize("steps", [[HOLD], [0.0, HOLD], [chunk(""), HOLD], [*[b": ping\n\n", 0.05] * 40, HOLD]])
async def test_a_first_piece_that_does_not_come_ends_the_wait(steps):
    """Neither a head, an empty piece nor a comment that keeps the connection open is one."""
    error = await fails(*steps, first_token_s=0.3)
    assert str(error) == "small at host:8000 wrote nothing for 0.3 s"


async def test_a_stall_between_two_pieces_ends_the_wait():
    error = await fails(chunk("a"), HOLD, stall_s=0.2)
    assert str(error) == "small at host:8000 wrote nothing for 0.2 s"


async def test_thinking_aloud_is_waited_for():
    thinking = event({"choices": [{"delta": {"reasoning_content": "Hmm."}}]})
    assert (await read(*[thinking, 0.15] * 4, chunk("a"), DONE, first_token_s=0.3))[0] == ["a"]


async def test_time_that_the_reader_takes_is_not_the_servers():
    assert (await read(reply=says("a", "b", "c"), pause_s=0.3, stall_s=0.2))[0] == ["a", "b", "c"]


async def test_slow_pieces_end_at_the_deadline():
    error = await fails(reply=says(*"abcdefghij", pause_s=0.1), seconds=0.35)
    assert isinstance(error, DeadlineError)
    assert error.waited_s == 0.0


async def test_a_silent_server_is_told_apart_by_how_long_it_had():
    error = await fails(HOLD, seconds=0.3)
    assert isinstance(error, DeadlineError)
    assert error.waited_s == pytest.approx(0.3, abs=0.1)


async def test_refusals_keep_what_the_server_said():
    error = await fails(reply=refuses(429, "slow down", Retry_After="3"))
    assert (error.retry_after_s, in_full(error).endswith(": slow down")) == (3.0, True)
