"""An experiment through real workers, by a person's commands: tried in shadow, applied, watched, and stopped."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from infra.local.process import ManagedProcess
from infra.local.stack import WORKER_GRACE_S
from infra.settings import Settings
from schemas.answers import Answer
from streams.client import RagstreamClient
from tests.live.workers import ragstream, ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

NAME = "trial"
FILE = f"""\
name: {NAME}
layer: {NAME}
ramp: [1.0]
minimum_effect: 0.5
arms:
  - name: as-it-is
  - name: three
    overrides: {{top_k: 3}}
"""
USERS = [f"user-{number}" for number in range(30)]
TOP_K = {"as-it-is": 8, "three": 3}
IN_FORCE_WITHIN_S = 2.0


@pytest.fixture
async def client(live_workers: Settings) -> AsyncIterator[RagstreamClient]:
    async with RagstreamClient(live_workers.kafka.bootstrap or "", namespace=live_workers.namespace) as client:
        yield client


@pytest.fixture
def file(live_workers: Settings, tmp_path: Path) -> Iterator[str]:
    """The experiment, which is stopped in the end whatever happens: others ask questions here, too."""
    path = tmp_path / "trial.yaml"
    path.write_text(FILE, "utf-8")
    yield str(path)
    ragstream(live_workers, "experiments", "stop", NAME)


async def asked_by_each(client: RagstreamClient) -> dict[str, Answer]:
    answers = await asyncio.gather(*(client.ask("When does the ferry leave?", user_id=user) for user in USERS))
    return dict(zip(USERS, answers, strict=True))


def arms(answers: dict[str, Answer]) -> dict[str, str]:
    return {user: answer.assignment[NAME] for user, answer in answers.items()}


async def seconds_until(client: RagstreamClient, *, assigned: bool) -> float:
    """Until answers are, or are no longer, part of the experiment."""
    began = time.monotonic()
    async with asyncio.timeout(60):
        while (NAME in (await client.ask("Are we in?", user_id="somebody")).assignment) is not assigned:
            await asyncio.sleep(0.05)
    return time.monotonic() - began


async def restart_answer_worker(settings: Settings) -> None:
    await asyncio.to_thread(ManagedProcess("worker-answer", settings.home).stop, WORKER_GRACE_S)
    up = await asyncio.to_thread(ragstream, settings, "up", limit_s=300)
    assert up.returncode == 0, up.stderr


async def test_users_keep_their_arm_through_a_restart_until_the_experiment_is_stopped(
    live_workers: Settings, client: RagstreamClient, file: str, tmp_path: Path
) -> None:
    """FAILURES 66."""

    def run(*arguments: str) -> dict[str, object]:
        return ragstream_json(live_workers, "experiments", *arguments)

    await client.ask("Is anybody there?", user_id="somebody")
    shadow = await asyncio.to_thread(run, "simulate", file, "--limit", "5")
    assert set(shadow["arms"]) == set(TOP_K)  # type: ignore[call-overload]
    applied = await asyncio.to_thread(run, "apply", file)
    assert (applied["published"], applied["share"]) == (True, 1.0)
    took = await seconds_until(client, assigned=True)

    first = await asked_by_each(client)
    given = arms(first)
    assert set(given.values()) == set(TOP_K)
    assert all(answer.units[NAME] == user for user, answer in first.items())
    assert all(answer.provenance.retrieval["top_k"] == TOP_K[given[user]] for user, answer in first.items())
    assert arms(await asked_by_each(client)) == given
    await restart_answer_worker(live_workers)
    assert arms(await asked_by_each(client)) == given

    page = tmp_path / "trial.html"
    async with asyncio.timeout(60):
        while True:
            told = await asyncio.to_thread(run, "report", NAME, "--html", str(page))
            exposures = (told["report"] or {}).get("exposures", {})  # type: ignore[attr-defined]
            if sum(exposures.values()) == len(USERS) + 1:
                break
    assert "Too few units have been seen" in page.read_text("utf-8")
    listed = await asyncio.to_thread(run, "list")
    assert {row["name"]: row["status"] for row in listed["experiments"]}[NAME] == "running"  # type: ignore[attr-defined]

    await asyncio.to_thread(run, "stop", NAME)
    stopped = await seconds_until(client, assigned=False)
    print(f"in force after {took:.2f} s, stopped after {stopped:.2f} s")  # noqa: T201 - what was measured
    assert max(took, stopped) < IN_FORCE_WITHIN_S
