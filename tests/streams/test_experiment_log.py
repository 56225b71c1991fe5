import pytest

from streams import experiment_log
from streams.codec import encode
from streams.experiment_log import read_experiments
from streams.topics import TopicNames
from tests.streams.experiment_samples import decided, defined
from tests.streams.prompt_samples import published
from tests.streams.samples import record

NAMES = TopicNames("")


@pytest.fixture
def read(monkeypatch):
    """The log of some records of the control topics."""

    async def reading(*events):
        async def read_to_end(_bootstrap, control):
            for offset, event in enumerate(events):
                sent = encode(event, NAMES, "test")
                await control.take(record(sent.value.decode(), topic=sent.topic, offset=offset, headers=()))

        monkeypatch.setattr(experiment_log, "read_to_end", read_to_end)
        return await read_experiments("localhost:1", NAMES)

    return reading


async def test_experiments_and_what_they_may_name_are_read(read):
    definition = defined(overrides={"top_k": 3})
    log = await read(definition, decided(definition), published())
    assert [(each.name, decision.share) for each, decision in log.book.all()] == [("x", 1.0)]
    assert log.prompts.prompt("default", "answer", published().version) is not None
    assert log.policies.named("default") is not None
    assert log.problems == ()


async def test_advice_is_kept_beside_what_is_in_force(read):
    definition = defined()
    log = await read(definition, decided(definition), decided(definition, decision="ship", arm="b", in_force=False))
    assert log.advice["default", "x"].decision == "ship"
    assert log.book.find("default", "x")[1].decision == "ramp-up"


async def test_what_could_not_be_followed_is_said(read):
    log = await read(defined(overrides={"magic": 1}))
    assert "there is no override 'magic'" in log.problems[0]
