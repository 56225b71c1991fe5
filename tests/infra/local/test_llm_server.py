"""The supervision; tests/live talks to the real one."""

import json
import sys
from pathlib import Path

import pytest

from infra.local import llm_server
from infra.local.llm_packages import LlmPackages
from infra.local.llm_server import LlmServer, LlmSize
from schemas.failures import ConfigurationError

HEALTHY = """
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", json.loads(sys.argv[1])["port"]), Handler).serve_forever()
"""


@pytest.fixture
def server(tmp_path, monkeypatch):
    async def ensure_llm(_cache, _progress):
        return LlmPackages(tmp_path / "model.gguf", tmp_path)

    monkeypatch.setattr(llm_server, "ensure_llm", ensure_llm)
    monkeypatch.setattr(llm_server, "SCRIPT", tmp_path / "script.py")
    server = LlmServer(tmp_path / "home", tmp_path / "cache")
    yield server
    server.process.stop(0)


def script(text):
    llm_server.SCRIPT.write_text(text)


async def test_it_is_started_once_and_found_again(server, tmp_path):
    script(HEALTHY)
    assert await server.start(LlmSize(), print)
    assert not await server.start(LlmSize(threads=2), print)
    assert await server.answers()
    assert LlmServer(tmp_path / "home", tmp_path).base_url == server.base_url
    assert server.stop()
    assert not server.stop()


async def test_it_is_told_what_to_serve_on_which_port_and_how_much_of_the_machine_it_may_take(server, tmp_path):
    command = server._command(LlmPackages(Path("/model.gguf"), None), LlmSize(threads=3, slots=4, context=512))
    wanted = json.loads(command[-1])
    assert command[:2] == [sys.executable, "-P"]
    assert server.base_url == f"http://127.0.0.1:{wanted.pop('port')}/v1"
    name = llm_server.MODEL
    assert wanted == {"weights": "/model.gguf", "name": name, "threads": 3, "slots": 4, "context": 512}


async def test_one_that_dies_gives_its_last_words(server):
    script("raise SystemExit('no memory for the model')")
    with pytest.raises(ConfigurationError, match=r"(?s)stopped while it was starting.*no memory for the model"):
        await server.start(LlmSize(), lambda _: None)


async def test_one_that_never_serves_is_stopped_again(server, monkeypatch):
    monkeypatch.setattr(llm_server, "START_LIMIT_S", 0.5)
    script("import time; time.sleep(60)")
    with pytest.raises(ConfigurationError, match="was not ready after"):
        await server.start(LlmSize(), lambda _: None)
    assert not server.process.running()


def test_an_address_is_known_only_where_it_ran(server):
    with pytest.raises(ConfigurationError, match="doesn't know llm"):
        _ = server.base_url


def test_the_server_sees_no_setting_of_ours(server, monkeypatch):
    monkeypatch.setenv("RAGSTREAM_GENERATOR__API_KEY", "very-secret")
    environment = llm_server._environment(LlmPackages(Path("/model.gguf"), Path("/modules")))
    assert environment["PYTHONPATH"] == "/modules"
    assert "very-secret" not in environment.values()
