import pytest

from schemas.guardrails import PolicyPublished
from streams.policy_log import collect
from tests.streams.samples import record


async def read(*values):
    async def records():
        for offset, value in enumerate(values):
            key, given = value if isinstance(value, tuple) else (b"p", value)
            yield record(given, topic="policies", key=key, offset=offset)

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
    log = await read((b"o", b"{"), policy("wrod").model_dump_json().encode())
    assert log.problems[0].startswith("the record at offset 0 is no policy: ")
    assert "no rule 'wrod'" in log.problems[1]
    assert len(log.problems) == 2


@pytest.mark.parametrize(
    "then", [None, policy("email").model_dump_json().encode(), policy().model_dump_json().encode()]
)
@pytest.mark.parametrize("wrong", [b"{", policy("wrod").model_dump_json().encode()])
async def test_what_could_not_be_followed_is_no_problem_once_its_key_has_another_record(wrong, then):
    assert (await read(wrong, then)).problems == []
    assert len((await read(wrong, wrong)).problems) == 1
