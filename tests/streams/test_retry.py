import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.failures import PermanentError, TransientError
from streams.retry import Backoff, persist


class Told:
    """Notes the waits and what was said, and sleeps for no time at all."""

    def __init__(self):
        self.waits = []
        self.said = []
        self.waited_s = []

    async def sleep(self, seconds):
        self.waits.append(seconds)

    async def on_wait(self, error, waited_s):
        self.said.append(f"waits: {error}")
        self.waited_s.append(waited_s)

    async def on_move(self):
        self.said.append("moves")


async def tried(errors, **options):
    waiting = list(errors)
    told = Told()

    async def call():
        if waiting:
            raise waiting.pop(0)
        return "done"

    found = await persist(call, Backoff(sleep=told.sleep, **options), on_wait=told.on_wait, on_move=told.on_move)
    return found, told


@given(st.floats(0.001, 10), st.floats(0.001, 100), st.integers(1, 10_000))
def test_a_wait_is_never_immediate_and_never_above_its_ceiling(base_s, cap_s, attempt):
    told = Told()
    backoff = Backoff(base_s=base_s, cap_s=cap_s, sleep=told.sleep)
    asyncio.run(backoff.wait(attempt))
    ceiling = backoff.ceiling(attempt)
    assert ceiling == min(cap_s, base_s * 2 ** min(attempt - 1, 30))
    assert ceiling / 4 <= told.waits[0] <= ceiling <= cap_s


def test_the_ceiling_doubles_up_to_the_cap():
    assert [Backoff().ceiling(attempt) for attempt in (1, 2, 3, 6, 7, 10**6)] == [0.2, 0.4, 0.8, 4.0, 4.0, 4.0]


async def test_a_call_that_works_is_made_once():
    found, told = await tried([])
    assert (found.attempts, found.result, found.error, told.waits, told.said) == (1, "done", None, [], [])


@pytest.mark.parametrize("error", [TransientError("down"), TimeoutError(), ConnectionRefusedError()])
async def test_transient_errors_are_waited_out(error):
    found, told = await tried([error] * 3)
    assert (found.attempts, found.result, len(told.waits), told.said) == (4, "done", 3, [])


@pytest.mark.parametrize("error", [PermanentError("bad"), ValueError("bug"), OSError("disk")])
async def test_any_other_error_ends_it(error):
    found, told = await tried([TransientError("down"), error])
    assert (found.attempts, found.result, found.error, told.said) == (2, None, error, [])


async def test_somebody_is_told_once_when_patience_runs_out_and_once_when_it_is_over():
    _, told = await tried([TransientError("down")] * 9, alert_after=5)
    assert told.said == ["waits: down", "moves"]


async def test_a_wait_that_goes_on_is_told_again_now_and_then():
    _, told = await tried([TransientError("down")] * 6, alert_after=5, say_again_after_s=0.0)
    assert told.said == ["waits: down"] * 2 + ["moves"]
    assert 0 <= told.waited_s[0] <= told.waited_s[1]


async def test_success_just_before_patience_runs_out_tells_nobody():
    _, told = await tried([TransientError("down")] * 4, alert_after=5)
    assert told.said == []


async def test_a_wait_that_ends_in_failure_is_over_too():
    _, told = await tried([*[TransientError("down")] * 5, ValueError("bug")], alert_after=5)
    assert told.said == ["waits: down", "moves"]


async def test_cancellation_passes_through():
    with pytest.raises(asyncio.CancelledError):
        await tried([asyncio.CancelledError()])


async def test_a_call_that_takes_long_to_fail_is_told_of_before_its_fifth_try():
    _, told = await tried([TransientError("down")] * 2, alert_after=5, alert_after_s=0.0)
    assert told.said == ["waits: down", "moves"]


async def test_a_wait_that_is_cancelled_is_over_too():
    told = Told()

    async def call():
        raise TransientError("down")

    async def sleep(_seconds):
        if told.said:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await persist(call, Backoff(sleep=sleep, alert_after=1), on_wait=told.on_wait, on_move=told.on_move)
    assert told.said == ["waits: down", "moves"]
