import asyncio

import pytest

from streams import client_windows
from streams.client_windows import each, windows
from streams.records import Outgoing


def record(size=1):
    return Outgoing("documents", b"k", b"x" * size)


async def numbered(count, size=1):
    for number in range(count):
        yield number, record(size)


async def test_nothing_is_lost_and_the_order_stays():
    found = [window async for window in windows(numbered(250))]
    assert [len(window) for window in found] == [100, 100, 50]
    assert [number for window in found for number, _ in window] == list(range(250))


async def test_a_window_ends_when_it_holds_enough_bytes(monkeypatch):
    monkeypatch.setattr(client_windows, "MOST_BYTES", 10)
    assert [len(window) async for window in windows(numbered(6, size=4))] == [3, 3]


async def test_a_slow_source_does_not_hold_back_what_it_gave():
    async def slow():
        yield 0, record()
        await asyncio.sleep(3 * client_windows.LINGER_S)
        yield 1, record()

    assert [[number for number, _ in window] async for window in windows(slow())] == [[0], [1]]


async def test_what_came_before_an_error_is_given_out_first():
    async def broken():
        yield 0, record()
        raise ValueError("no more")

    windowed = windows(broken())
    assert [number for number, _ in await anext(windowed)] == [0]
    with pytest.raises(ValueError, match="no more"):
        await anext(windowed)


async def test_both_kinds_of_iterables_will_do():
    async def later():
        yield 1

    assert [item async for item in each([1])] == [item async for item in each(later())]


async def test_an_empty_source_gives_no_window():
    assert [window async for window in windows(numbered(0))] == []
