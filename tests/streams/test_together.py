import asyncio

import pytest

from schemas.failures import TransientError
from streams.together import at_once


async def test_two_calls_run_at_the_same_time_and_both_results_come_back():
    met = asyncio.Barrier(2)

    async def call(name):
        await met.wait()
        return name

    async with asyncio.timeout(5):
        assert await at_once(lambda: call("a"), lambda: call("b")) == ("a", "b")


@pytest.mark.parametrize("fails", [0, 1])
async def test_the_error_of_one_call_is_raised_once_the_other_has_ended(fails):
    ended = []

    async def failing():
        raise TransientError("down")

    async def slow():
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        ended.append("slow")

    calls = [slow, slow]
    calls[fails] = failing

    with pytest.raises(TransientError, match="down"):
        await at_once(*calls)

    assert ended == ["slow"]


async def test_cancelling_ends_both_calls():
    ended = []

    async def call():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("call")

    waiting = asyncio.ensure_future(at_once(call, call))
    await asyncio.sleep(0.01)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert ended == ["call", "call"]
