import asyncio

import pytest
from weaviate import WeaviateAsyncClient

from infra.settings import WeaviateSettings
from infra.weaviate_connection import WeaviateConnection, make_client
from schemas.failures import ConfigurationError, PermanentError, TransientError
from tests.infra.weaviate_fakes import SETTINGS, FakeServer


class Hands:
    """A clock that is moved by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def nothing(_client: object) -> None:
    return None


async def answer(_client: object) -> str:
    return "done"


def a_connection(server: FakeServer, clock: Hands | None = None, prepare=nothing) -> WeaviateConnection:
    return WeaviateConnection(SETTINGS, prepare, server.client, clock or Hands())


async def run(connection: WeaviateConnection, work=answer, limit_s: float = 5) -> str:
    return await connection.run(work, doing="testing", limit_s=limit_s)


async def test_callers_share_one_client() -> None:
    server = FakeServer()
    connection = a_connection(server)
    assert await asyncio.gather(*(run(connection) for _ in range(5))) == ["done"] * 5
    assert len(server.clients) == 1


async def test_while_the_server_is_away_callers_are_told_at_once() -> None:
    """FAILURES 26: a circuit breaker with back-off; pauses double up to a limit."""
    server, clock = FakeServer(), Hands()
    server.refuse_connections = 100
    connection = a_connection(server, clock)
    pauses = []
    for _ in range(8):
        with pytest.raises(TransientError, match="connection refused"):
            await run(connection)
        tried, began = len(server.clients), clock.now
        while len(server.clients) == tried:
            clock.now += 0.125
            with pytest.raises(TransientError):
                await run(connection)
        pauses.append(clock.now - began)
    assert pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert max(pauses) <= 2.25


async def test_a_server_that_comes_back_is_used_again() -> None:
    server, clock = FakeServer(), Hands()
    server.refuse_connections = 1
    connection = a_connection(server, clock)
    with pytest.raises(TransientError):
        await run(connection)
    clock.now += 1
    assert await run(connection) == "done"


async def test_start_up_waits_for_the_server() -> None:
    """FAILURES 26: a server that refuses connections at first."""
    server = FakeServer()
    server.refuse_connections = 2
    connection = WeaviateConnection(SETTINGS, nothing, server.client)
    await connection.connect(wait_s=10)
    assert len(server.clients) == 3


async def test_start_up_gives_up_and_says_what_is_missing() -> None:
    """FAILURES 26."""
    server = FakeServer()
    server.refuse_connections = 100
    connection = WeaviateConnection(SETTINGS, nothing, server.client)
    with pytest.raises(ConfigurationError, match=r"127\.0\.0\.1:8080 is not usable after 0\.3 s: connection refused"):
        await connection.connect(wait_s=0.3)


async def test_a_wrong_configuration_is_not_waited_for() -> None:
    async def prepare(_client: object) -> None:
        raise ConfigurationError("another dimension")

    server = FakeServer()
    with pytest.raises(ConfigurationError, match="another dimension"):
        await a_connection(server, prepare=prepare).connect(wait_s=60)
    assert server.clients[0].closed


async def test_a_wrong_configuration_met_later_is_waited_for() -> None:
    """A key that was changed while we ran: the events must wait for it, not be dead-lettered."""

    async def prepare(_client: object) -> None:
        raise ConfigurationError("another key")

    connection = a_connection(FakeServer(), prepare=prepare)
    with pytest.raises(TransientError, match="another key"):
        await run(connection)


async def test_a_call_past_its_limit_is_transient() -> None:
    async def forever(_client: object) -> str:
        await asyncio.sleep(60)
        return ""

    with pytest.raises(TransientError, match=r"did not finish testing within 0\.01 s"):
        await run(a_connection(FakeServer()), forever, limit_s=0.01)


async def test_what_is_no_failure_of_the_world_passes_through() -> None:
    async def bug(_client: object) -> str:
        raise KeyError("a bug")

    async def refusal(_client: object) -> str:
        raise PermanentError("refused")

    connection = a_connection(FakeServer())
    with pytest.raises(KeyError):
        await run(connection, bug)
    with pytest.raises(PermanentError):
        await run(connection, refusal)


async def test_closing_twice_is_harmless() -> None:
    server = FakeServer()
    connection = a_connection(server)
    await run(connection)
    await connection.close()
    await connection.close()
    assert server.clients[0].closed


def test_a_missing_url_is_said_in_one_sentence() -> None:
    with pytest.raises(ConfigurationError, match="RAGSTREAM_WEAVIATE__URL"):
        make_client(WeaviateSettings(url=None))


def test_a_client_is_made_without_connecting() -> None:
    client = make_client(WeaviateSettings(url="https://example.org", api_key="key"))
    assert isinstance(client, WeaviateAsyncClient)
    assert not client.is_connected()
