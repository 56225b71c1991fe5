import http.server
import socket
import threading

import pytest

from infra.local.weaviate_server import WeaviateServer, answers

KEY = "kept in the home folder"


@pytest.fixture
def environment(tmp_path):
    (tmp_path / "weaviate.key").write_text(KEY)
    server = WeaviateServer(tmp_path, tmp_path / "cache")
    ports = {name: 20_000 + n for n, name in enumerate(server.listeners)}
    return server._environment(ports)


def test_nobody_gets_in_without_the_key(environment):
    """gRPC and the data port can't be bound to loopback, so the key is what guards them."""
    assert environment["AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED"] == "false"
    assert environment["AUTHENTICATION_APIKEY_ALLOWED_KEYS"] == KEY
    assert environment["CLUSTER_BASIC_AUTH_PASSWORD"] == KEY


def test_what_can_be_bound_to_loopback_is(environment):
    assert environment["CLUSTER_BIND_ADDR"] == "127.0.0.1"
    assert environment["GO_PROFILING_DISABLE"] == "true"


def test_every_port_is_ours_to_choose(environment):
    names = ("GRPC_PORT", "CLUSTER_GOSSIP_BIND_PORT", "CLUSTER_DATA_BIND_PORT", "RAFT_PORT", "RAFT_INTERNAL_RPC_PORT")
    assert {environment[name] for name in names} == {str(port) for port in range(20_001, 20_006)}


def test_a_cluster_of_the_users_is_not_joined(environment, monkeypatch, tmp_path):
    monkeypatch.setenv("CLUSTER_JOIN", "production")
    server = WeaviateServer(tmp_path, tmp_path / "cache")
    ports = {name: 20_000 + n for n, name in enumerate(server.listeners)}
    assert server._environment(ports) == environment


class Stub(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == self.server.wanted else 503)
        self.end_headers()

    def log_message(self, *arguments):
        """Quiet."""


@pytest.fixture
def stub():
    with http.server.HTTPServer(("127.0.0.1", 0), Stub) as server:
        server.wanted = "/v1/.well-known/ready"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_ready_is_what_the_ready_endpoint_says(stub):
    url = f"http://127.0.0.1:{stub.server_port}"
    assert await answers(url)
    assert await answers(f"{url}/")
    stub.wanted = "/elsewhere"
    assert not await answers(url)


async def test_a_proxy_in_the_environment_is_not_asked(stub, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert await answers(f"http://127.0.0.1:{stub.server_port}")


@pytest.mark.parametrize("url", ["", "weaviate", "http://", "http://127.0.0.1:port", "http://127.0.0.1:99999"])
async def test_an_address_that_makes_no_sense_is_no_answer(url):
    assert not await answers(url)


async def test_nobody_at_the_address_is_no_answer():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        assert not await answers(f"http://127.0.0.1:{holder.getsockname()[1]}")
