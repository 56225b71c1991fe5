import sys

import pytest

from infra.local import progress
from infra.local.process import ManagedProcess
from infra.local.server import answers_ok, ready
from schemas.failures import ConfigurationError


@pytest.fixture
def process(tmp_path):
    process = ManagedProcess("server", tmp_path)
    yield process
    process.stop(0)


def start(process, script):
    process.start([sys.executable, "-c", script], {})


async def no():
    return False


async def yes():
    return True


async def test_a_server_that_dies_while_starting_gives_its_last_words(process):
    start(process, "print('reading the settings', flush=True); raise SystemExit('the disk is full')")
    with pytest.raises(ConfigurationError) as caught:
        await ready(process, no, "Kafka", print, limit_s=30)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("Kafka stopped while it was starting")
    assert lines[1:] == ["reading the settings", "the disk is full"]


async def test_a_server_that_never_gets_ready_is_given_up(process):
    start(process, "import time; print('still thinking', flush=True); time.sleep(60)")
    with pytest.raises(ConfigurationError, match="was not ready after 1 s"):
        await ready(process, no, "Kafka", print, limit_s=1)


async def test_the_user_hears_something_at_least_every_other_second(process, monkeypatch):
    assert progress.EVERY_S <= 2
    monkeypatch.setattr(progress, "EVERY_S", 0.05)
    start(process, "import time; time.sleep(60)")
    sentences = []

    async def at_last():
        return len(sentences) > 3

    await ready(process, at_last, "Kafka", sentences.append, limit_s=30)
    assert sentences[0] == "Starting Kafka"
    assert sentences[1] == "Starting Kafka … 0 s"


async def test_of_a_server_that_serves_already_nothing_is_said(process):
    start(process, "import time; time.sleep(60)")
    sentences = []
    await ready(process, yes, "Kafka", sentences.append, limit_s=30)
    assert sentences == []


async def test_another_servers_answer_does_not_make_a_dead_one_ready(process):
    with pytest.raises(ConfigurationError, match="stopped while it was starting"):
        await ready(process, yes, "Kafka", print, limit_s=30)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/health", "http://127.0.0.1:99999/", "nonsense"])
async def test_nobody_there_and_no_address_are_no_answer(url):
    assert not await answers_ok(url)
