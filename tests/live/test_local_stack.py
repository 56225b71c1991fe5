"""The local stack as a user meets it: it comes up, is found again, survives a kill with its data, and goes away."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import grpc
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from weaviate.proto.v1.v6300.v1.search_get_pb2 import SearchRequest
from weaviate.proto.v1.v6300.v1.weaviate_pb2_grpc import WeaviateStub

from infra.local import stack
from infra.local.process import ManagedProcess
from infra.settings import Settings

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

REPOSITORY = Path(__file__).parents[2]
BOUND_TO_EVERYTHING = {"weaviate_grpc", "weaviate_data"}
"""Weaviate has no setting for these two; both ask for the key."""
STARTER = """
import asyncio, os, signal, sys
from pathlib import Path
from infra.local import stack
from infra.settings import Settings
asyncio.run(stack.up(Settings(home=Path(sys.argv[1])), print))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    # A path that's hard on shells, property files and locales.
    settings = Settings(home=tmp_path_factory.mktemp("stack") / "my höme, here")
    yield settings
    stack.down(settings, print)


@pytest.fixture
def running(settings):
    """The stack, brought up where it isn't."""
    return asyncio.run(stack.up(settings, print))


def pids(settings):
    return {process.name: process.pid for process in ManagedProcess.known(settings.home)}


def ports(settings):
    return json.loads((settings.home / "ports.json").read_text())


def write_probe(bootstrap):
    async def write():
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic("probe", 1, 1)])
        await admin.close()
        async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=16_000_000) as producer:
            await producer.send_and_wait("probe", b"x" * 1_000_000)

    asyncio.run(write())


def read_probe(bootstrap):
    async def read():
        consumer = AIOKafkaConsumer("probe", bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        async with consumer, asyncio.timeout(30):
            return (await consumer.getone()).value

    return asyncio.run(read())


def weaviate(running, path, body=None):
    request = urllib.request.Request(  # noqa: S310 our own server
        f"{running.weaviate_url}/v1/{path}", data=body and json.dumps(body).encode()
    )
    request.add_header("Authorization", f"Bearer {running.weaviate_api_key.get_secret_value()}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return json.load(response)


def test_both_servers_come_up_and_serve(settings):
    began = stack.locate(settings)
    running = asyncio.run(stack.up(settings, print))
    assert began is None
    assert set(running.started) == {"kafka", "weaviate"}
    write_probe(running.kafka_bootstrap)
    assert len(read_probe(running.kafka_bootstrap)) == 1_000_000
    weaviate(running, "schema", {"class": "Probe"})
    weaviate(running, "objects", {"class": "Probe", "vector": [0.1, 0.2]})
    assert weaviate(running, "meta")["version"] == "1.35.2"


def test_a_second_up_finds_the_first(settings, running):
    before = pids(settings)
    again = asyncio.run(stack.up(settings, print))
    assert again.started == ()
    assert pids(settings) == before
    assert stack.locate(settings) == again


def test_a_topic_that_nobody_made_is_not_made_by_asking(running):
    async def ask():
        async with AIOKafkaProducer(bootstrap_servers=running.kafka_bootstrap, request_timeout_ms=2_000) as producer:
            await producer.send_and_wait("mistyped", b"x")

    with pytest.raises(Exception, match=r"(?i)topic|mistyped"):
        asyncio.run(ask())


def test_only_the_two_ports_that_weaviate_cannot_bind_are_open_beyond_loopback(settings, running):
    names = {port: name for name, port in ports(settings).items()}
    addresses = [
        connection.laddr
        for pid in pids(settings).values()
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN or connection.type == socket.SOCK_DGRAM
    ]
    assert {names.get(address.port) for address in addresses} == set(ports(settings)), "a port that nobody chose"
    wide = {names[address.port] for address in addresses if address.ip.removeprefix("::ffff:") != "127.0.0.1"}
    assert wide == BOUND_TO_EVERYTHING


def test_the_two_open_ports_turn_away_who_has_no_key(settings, running):
    request = SearchRequest(collection="Probe", limit=1, uses_123_api=True, uses_125_api=True, uses_127_api=True)
    with grpc.insecure_channel(f"127.0.0.1:{running.weaviate_grpc_port}") as channel:
        with pytest.raises(grpc.RpcError, match="unauthorized"):
            WeaviateStub(channel).Search(request, timeout=10)
        key = (("authorization", f"Bearer {running.weaviate_api_key.get_secret_value()}"),)
        assert len(WeaviateStub(channel).Search(request, metadata=key, timeout=10).results) == 1
    shard = f"http://127.0.0.1:{ports(settings)['weaviate_data']}/indices/Probe/shards/x/objects"
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(shard, timeout=10)


@pytest.mark.parametrize("name", ["kafka", "weaviate"])
def test_a_killed_server_comes_back_with_its_data(settings, running, name):
    before = pids(settings)
    os.kill(before[name], signal.SIGKILL)
    psutil.wait_procs([psutil.Process(before[name])], timeout=10)
    assert stack.locate(settings) is None
    again = asyncio.run(stack.up(settings, print))
    assert again.started == (name,)
    assert len(read_probe(again.kafka_bootstrap)) == 1_000_000
    assert len(weaviate(again, "objects?class=Probe")["objects"]) == 1


def test_data_is_still_there_when_every_port_was_taken_meanwhile(settings, running):
    stack.down(settings, print)
    before = ports(settings)
    holders = [socket.create_server(("127.0.0.1", port)) for port in before.values()]
    try:
        again = asyncio.run(stack.up(settings, print))
    finally:
        for holder in holders:
            holder.close()
    assert not set(ports(settings).values()) & set(before.values())
    assert len(read_probe(again.kafka_bootstrap)) == 1_000_000
    assert len(weaviate(again, "objects?class=Probe")["objects"]) == 1
    weaviate(again, "schema", {"class": "Later"})


def test_down_stops_what_a_crashed_starter_left_running(settings):
    stack.down(settings, print)
    subprocess.run([sys.executable, "-c", STARTER, str(settings.home)], cwd=REPOSITORY, check=False)
    left = [psutil.Process(pid) for pid in pids(settings).values()]
    assert len(left) == 2
    assert set(stack.down(settings, print)) == {"kafka", "weaviate"}
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in left)
    assert stack.down(settings, print) == ()
    assert "shut down completed" in (settings.home / "logs" / "kafka.log").read_text(), "not a clean stop"
    stack.wipe(settings)
    assert list(settings.home.iterdir()) == []
