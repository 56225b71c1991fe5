import asyncio
import os
import sys
import time

import pytest

from infra.local.cache import cached, run
from infra.local.files import lock_taken
from schemas.failures import ConfigurationError


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "server-1.0"


def told(_sentence):
    """A user who doesn't look."""


async def write(folder):
    (folder / "binary").write_text("whole")


async def test_a_build_happens_once(folder):
    builds = []

    async def build(target):
        builds.append(target)
        await write(target)

    assert await cached(folder, build, told) == folder
    await cached(folder, build, told)
    assert len(builds) == 1
    assert (folder / "binary").read_text() == "whole"
    assert folder.stat().st_mode & 0o777 == 0o755


async def test_two_who_ask_at_once_share_one_build(folder):
    builds = []

    async def build(target):
        builds.append(target)
        await asyncio.sleep(0.1)
        await write(target)

    await asyncio.gather(cached(folder, build, told), cached(folder, build, told))
    assert len(builds) == 1


@pytest.mark.parametrize("failure", [RuntimeError, asyncio.CancelledError])
async def test_an_interrupted_build_is_not_taken_for_a_finished_one(folder, failure):
    async def build(target):
        await write(target)
        raise failure

    with pytest.raises(failure):
        await cached(folder, build, told)
    assert not folder.exists()
    await cached(folder, write, told)
    assert (folder / "binary").exists()


async def test_what_a_killed_build_left_is_removed_by_the_next(folder):
    left = folder.with_name("server-1.0.building-abc")
    left.mkdir(parents=True)
    (left / "binary").write_text("ha")
    await cached(folder, write, told)
    assert (folder / "binary").read_text() == "whole"
    assert not left.exists()


async def test_somebody_elses_build_is_waited_for_and_the_user_is_told(folder):
    folder.parent.mkdir()
    sentences = []
    lock = folder.with_name("server-1.0.lock").open("a")
    assert lock_taken(lock)

    async def other():
        await asyncio.sleep(0.2)
        folder.mkdir()
        lock.close()

    async def build(_target):
        pytest.fail("built twice")

    await asyncio.gather(cached(folder, build, sentences.append), other())
    assert sentences == ["Waiting for another build of server-1.0"]


async def test_a_failed_command_says_so_with_its_last_lines(tmp_path):
    script = "for n in range(100): print('line', n)\nraise SystemExit(3)"
    with pytest.raises(ConfigurationError) as caught:
        await run([sys.executable, "-c", script], os.environ, tmp_path, doing="Building it", limit_s=30)
    lines = str(caught.value).splitlines()
    assert lines[0] == "Building it failed (exit status 3). Its last lines:"
    assert lines[1:] == [f"line {n}" for n in range(85, 100)]


async def test_a_command_that_hangs_is_ended_with_its_children(tmp_path):
    began = time.monotonic()
    with pytest.raises(ConfigurationError, match="was not done after"):
        await run(["/bin/sh", "-c", "sleep 60 & sleep 60"], os.environ, tmp_path, doing="Building it", limit_s=0.3)
    assert time.monotonic() - began < 10


async def test_a_very_long_line_ends_no_build(tmp_path):
    await run([sys.executable, "-c", "print('x' * 1_000_000)"], os.environ, tmp_path, doing="Building it", limit_s=30)
