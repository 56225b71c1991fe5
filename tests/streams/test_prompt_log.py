from dataclasses import replace

import pytest

from streams import prompt_log
from streams.prompt_log import read_prompts
from tests.streams.prompt_samples import NAMES, labelled, published, recorded


@pytest.fixture
def read(monkeypatch):
    """The log of some records of the topic."""

    async def reading(*events):
        async def read_to_end(_bootstrap, control):
            for record in recorded(events):
                await control.take(replace(record, key=str(record.offset).encode()))

        monkeypatch.setattr(prompt_log, "read_to_end", read_to_end)
        return await read_prompts("localhost:1", NAMES)

    return reading


async def test_versions_and_labels_come_into_the_book(read):
    log = await read(published(), labelled(published().version))
    assert log.book.prompt("default", "answer", "production").version == published().version
    assert log.problems == ()


async def test_what_could_not_be_followed_is_said_with_its_place(read):
    log = await read(b"{", published("{{ nobody }}"), published())
    assert log.book.versions("default", "answer").get(published().version)
    assert [each.split(":")[0] for each in log.problems] == ["prompts/0@0", "prompts/0@1"]
