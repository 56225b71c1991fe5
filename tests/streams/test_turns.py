"""Turns: works that overlap show their effects in the order in which they began."""

import asyncio
import contextlib

from hypothesis import given
from hypothesis import strategies as st

from streams.turns import Line


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_effects_come_in_order_however_long_each_work_takes(pauses: list[int]) -> None:
    shown: list[int] = []

    async def work(line: Line, number: int, pause: int) -> None:
        with line.place() as turn:
            for _ in range(pause):
                await asyncio.sleep(0)
            await turn()
            await turn()  # a retry asks again
            shown.append(number)

    async def all_at_once() -> None:
        line = Line()
        await asyncio.gather(*(work(line, number, pause) for number, pause in enumerate(pauses)))

    asyncio.run(all_at_once())
    assert shown == list(range(len(pauses)))


async def test_a_work_that_is_given_up_does_not_hold_up_those_after_it() -> None:
    line = Line()
    with contextlib.suppress(ZeroDivisionError), line.place():
        raise ZeroDivisionError
    with line.place() as turn:
        await asyncio.wait_for(turn(), 1)


async def test_a_work_waits_for_the_one_before_it() -> None:
    line = Line()
    with line.place(), line.place() as turn:
        waiting = asyncio.ensure_future(turn())
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting
