"""Addresses in, whether a server says there that it serves out: the port `Prober`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import httpx

from infra.openai_chat_model import is_loopback
from infra.settings import Settings

LIMIT_S: Final = 1.0
"""For one answer; a server that takes longer to say so does not serve."""
LATE_S: Final = 0.25
"""If we notice the limit that late, it was us who had no processor: then the server is asked once more."""


@dataclass(frozen=True)
class Question:
    """What to ask of one dependency. It is up if its answer's status is below `fails_from`."""

    url: str
    fails_from: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class HttpProber:
    """Asks all dependencies at once, over connections that are kept between samples."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = questions
        self._clients = {name: _client(question.url) for name, question in questions.items()}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(client.aclose() for client in self._clients.values()))

    async def up(self) -> Mapping[str, bool]:
        """Of every dependency whether it said in time that it serves. Never raises."""
        said = await asyncio.gather(*(self._serves(name) for name in self._questions))
        return dict(zip(self._questions, said, strict=True))

    async def _serves(self, name: str) -> bool:
        now = asyncio.get_running_loop().time
        began = now()
        if await self._answers(name):
            return True
        starved = now() - began > LIMIT_S + LATE_S
        return starved and await self._answers(name)

    async def _answers(self, name: str) -> bool:
        question, client = self._questions[name], self._clients[name]
        try:
            async with (
                asyncio.timeout(LIMIT_S),
                client.stream("GET", question.url, headers=question.headers) as answer,
            ):
                return answer.status_code < question.fails_from
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError):
            return False


def dependencies(settings: Settings) -> dict[str, Question]:
    """What of the settings can be asked: Weaviate whether it is ready, a language model's server for its models.

    A server that knows no list of models, or wants another key for it, is there all the same.
    """
    found: dict[str, Question] = {}
    if settings.weaviate.url is not None:
        url = f"{settings.weaviate.url.rstrip('/')}/v1/.well-known/ready"
        found["weaviate"] = Question(url, httpx.codes.BAD_REQUEST)
    generator = settings.generator
    if generator.kind == "openai" and generator.base_url is not None:
        key = generator.api_key.get_secret_value() if generator.api_key else ""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        url = f"{generator.base_url.rstrip('/')}/models"
        found["generator"] = Question(url, httpx.codes.INTERNAL_SERVER_ERROR, headers)
    return found


def _client(url: str) -> httpx.AsyncClient:
    # A proxy that the environment names cannot reach our own machine.
    trust_env = not is_loopback(urlsplit(url).hostname or "")
    return httpx.AsyncClient(timeout=LIMIT_S, trust_env=trust_env, headers={"User-Agent": "ragstream"})
