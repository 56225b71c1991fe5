import asyncio
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from infra.http_prober import HttpProber, Question, dependencies
from infra.settings import GeneratorSettings, Settings, WeaviateSettings


@contextmanager
def server(status=200, delay_s=0.0, seen=None):
    """A server that answers every request alike; gives its address."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if seen is not None:
                seen.append((self.path, self.headers.get("Authorization")))
            time.sleep(delay_s)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


async def asked(**questions):
    async with HttpProber(questions) as prober:
        return await prober.up()


@pytest.mark.parametrize(("status", "up"), [(200, True), (204, True), (400, False), (503, False)])
async def test_a_server_is_up_when_its_status_says_so(status, up):
    with server(status) as url:
        assert await asked(weaviate=Question(url, 400)) == {"weaviate": up}


async def test_a_server_that_is_away_is_down_and_nothing_is_raised(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with server() as url:
        away, odd = Question("http://127.0.0.1:9/", 400), Question("x:y", 400)
        found = await asked(there=Question(url, 400), away=away, odd=odd)
    assert found == {"there": True, "away": False, "odd": False}


async def test_a_server_that_does_not_answer_within_a_second_is_down():
    began = time.monotonic()
    with server(delay_s=3.0) as url:
        assert await asked(slow=Question(url, 400), too=Question(url, 400)) == {"slow": False, "too": False}
        assert time.monotonic() - began < 3.0


async def test_a_server_is_not_called_down_because_we_had_no_processor():
    with server() as url:
        async with HttpProber({"weaviate": Question(url, 400)}) as prober:
            asking = asyncio.ensure_future(prober.up())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            time.sleep(1.5)  # noqa: ASYNC251 - as when the whole process stands still
            assert await asking == {"weaviate": True}


async def test_a_server_that_comes_back_is_up_again():
    with server() as url:
        async with HttpProber({"weaviate": Question(url, 400)}) as prober:
            assert await prober.up() == {"weaviate": True}
            assert await prober.up() == {"weaviate": True}


def test_nothing_is_asked_that_the_settings_do_not_name():
    assert dependencies(Settings(weaviate=WeaviateSettings(url=None))) == {}


async def test_a_language_model_is_asked_for_its_models_with_its_key_and_a_refused_key_is_an_answer():
    seen = []
    with server(401, seen=seen) as url:
        generator = GeneratorSettings(kind="openai", base_url=f"{url}/v1/", model="m", api_key=SecretStr("secret"))
        questions = dependencies(Settings(generator=generator, weaviate=WeaviateSettings(url=f"{url}/")))
        assert await asked(**questions) == {"weaviate": False, "generator": True}
    assert sorted(seen) == [("/v1/.well-known/ready", None), ("/v1/models", "Bearer secret")]
    assert "secret" not in repr(questions)
