"""A scripted server and the real adapter that talks to it, for all tests that need both."""

import pytest
from pydantic import SecretStr

from infra.openai_chat_model import OpenAIChatModel
from infra.settings import GeneratorSettings
from tests.contracts.chat_model_contract import answered
from tests.infra.scripted_llm import KEY, ScriptedLlm


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class World:
    """A server and a model that talks to it."""

    def __init__(self, server, model, clock):
        self.server, self.model, self.clock = server, model, clock

    async def ask(self, **options):
        return await answered(self.model, **options)

    async def text(self, **options):
        return "".join(piece for piece in await self.ask(**options) if isinstance(piece, str))


@pytest.fixture
async def chat_world():
    """Makes a server that gives the replies, and a model for it."""
    opened = []

    async def make(*replies, **settings):
        server = await ScriptedLlm(*replies).__aenter__()
        clock = Clock()
        given = {"kind": "openai", "base_url": server.base_url, "model": "small", "api_key": SecretStr(KEY)} | settings
        model = OpenAIChatModel(GeneratorSettings(**given), clock=clock, jitter=lambda: 0.0)
        opened.append((server, model))
        return World(server, model, clock)

    yield make
    for server, model in opened:
        await model.close()
        await server.__aexit__()
