import asyncio

from streams import changelog
from streams.roles import MANIFESTS
from streams.topics import TopicNames
from tests.streams.changelog_reader import reading


def test_the_last_value_of_a_key_counts_and_a_null_takes_it_back(monkeypatch):
    records = ((b"a", b"1"), (b"b", b"2"), (b"a", b"3"), (b"b", None), (None, b"4"), (b"c", None))
    monkeypatch.setattr(changelog, "TopicReader", reading(*records))
    assert asyncio.run(changelog.read_changelog("localhost:1", TopicNames(), MANIFESTS)) == {b"a": b"3"}
