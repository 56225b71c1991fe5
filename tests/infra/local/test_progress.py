import asyncio

import pytest

from infra.local import progress
from infra.local.progress import telling


async def test_it_says_so_at_once_and_again_while_it_lasts(monkeypatch):
    monkeypatch.setattr(progress, "EVERY_S", 0.01)
    said = []
    async with telling(said.append, "building"):
        assert said == ["building"]
        await asyncio.sleep(0.05)
    count = len(said)
    assert count >= 2
    assert said[1] == "building … 0 s"
    await asyncio.sleep(0.03)
    assert len(said) == count


async def test_it_stops_when_the_block_fails_too(monkeypatch):
    monkeypatch.setattr(progress, "EVERY_S", 0.01)
    said = []
    with pytest.raises(ValueError, match="bad"):
        async with telling(said.append, "building"):
            raise ValueError("bad")
    await asyncio.sleep(0.03)
    assert said == ["building"]


async def test_what_is_quick_can_pass_in_silence(monkeypatch):
    said = []
    async with telling(said.append, "waiting", at_once=False):
        await asyncio.sleep(0.01)
    assert said == []
    monkeypatch.setattr(progress, "EVERY_S", 0.01)
    async with telling(said.append, "waiting", at_once=False):
        await asyncio.sleep(0.05)
    assert said[0] == "waiting … 0 s"
