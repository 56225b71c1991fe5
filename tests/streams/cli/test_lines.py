import asyncio
import os

import pytest

from schemas.failures import ConfigurationError
from streams.cli import lines
from streams.cli.lines import lines_of


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as reader, os.fdopen(writing, "wb", buffering=0) as writer:
        yield reader, writer


async def test_lines_come_as_they_are_written(pipe):
    reader, writer = pipe
    found = lines_of(reader)
    writer.write(b"one\ntwo")
    assert await anext(found) == b"one\n"
    writer.close()
    assert [line async for line in found] == [b"two"]


async def test_waiting_for_a_line_can_be_interrupted(pipe):
    reader, _ = pipe
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await anext(lines_of(reader))


async def test_a_regular_file_will_do(tmp_path):
    (tmp_path / "x").write_bytes(b"one\ntwo")
    with (tmp_path / "x").open("rb") as file:
        assert [line async for line in lines_of(file)] == [b"one\n", b"two"]


async def test_a_line_without_an_end_is_refused(pipe, monkeypatch):
    monkeypatch.setattr(lines, "MAX_LINE", 100)
    reader, writer = pipe
    writer.write(b"x" * 1_000)
    with pytest.raises(ConfigurationError, match="longer than"):
        await anext(lines_of(reader))


async def test_nothing_on_standard_input_is_no_line():
    with open(os.devnull, "rb") as file:  # noqa: ASYNC230, PTH123 - the very thing under test
        assert [line async for line in lines_of(file)] == []
