from schemas.guardrails import PolicyPublished
from streams.policy_log import collect
from tests.streams.samples import record


async def read(*values):
    async def records():
        for offset, value in enumerate(values):
            yield record(value, topic="policies", key=b"p", offset=offset)

    return await collect(records())


def policy(*rules):
    return PolicyPublished(name="p", rules=[{"rule": rule, "stages": ["question"]} for rule in rules])


async def test_an_empty_topic_leaves_the_built_in_policy():
    log = await read()
    assert [each.name for each in log.book.all()] == ["default"]
    assert log.problems == []


async def test_a_tombstone_is_no_problem():
    assert (await read(None)).problems == []


async def test_what_is_no_policy_is_told_and_the_rest_is_read():
    log = await read(b"{", policy("wrod").model_dump_json().encode())
    assert log.problems[0].startswith("the record at offset 0 is no policy: ")
    assert "no rule 'wrod'" in log.problems[1]
    assert len(log.problems) == 2
