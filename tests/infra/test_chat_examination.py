from pydantic import SecretStr

from infra.chat_examination import examine_generator
from infra.settings import GeneratorSettings
from tests.infra.scripted_llm import KEY, ScriptedLlm, refuses, says


async def examined(reply):
    async with ScriptedLlm(reply) as server:
        given = {"kind": "openai", "base_url": server.base_url, "model": "small", "api_key": SecretStr(KEY)}
        return await examine_generator(GeneratorSettings(**given, retries=0)), server


async def test_a_model_that_answers_is_good_and_one_token_is_all_that_it_is_asked_for():
    finding, server = await examined(says("yes"))
    assert (finding.subject, finding.verdict) == ("generator", "good")
    assert finding.found.startswith("small@127.0.0.1:")
    assert [each.body["max_tokens"] for each in server.requests] == [1]


async def test_a_model_that_does_not_is_bad_with_what_it_said():
    finding, _ = await examined(refuses(401, f"wrong key {KEY}"))
    assert finding.verdict == "bad"
    assert "HTTP 401" in finding.found
    assert finding.found.endswith(": wrong key ***")


async def test_without_a_model_there_is_nothing_to_ask():
    assert (await examine_generator(GeneratorSettings())).verdict == "good"
