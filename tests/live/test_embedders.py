"""Two embedders on real servers: both indexes are written, one is mended, and each arm searches its own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from infra.models import NamedModel, ensure_models
from infra.settings import Settings
from infra.weaviate_index import WeaviateIndex
from schemas.answers import Answer, AnswerAbstained, AnswerServed
from streams.client import RagstreamClient
from tests.contracts.index_samples import stored
from tests.live.workers import ragstream, ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

CANDIDATE = "all-MiniLM-L6-v2:fp32"
TENANT = "default"
TRIAL = f"""\
name: precision
ramp: [1.0]
arms:
  - name: int8
  - name: fp32
    overrides: {{embedder: "{CANDIDATE}"}}
"""
FERRY = "# Ferries\n\nThe ferry to Vis leaves Split at seven in the evening. Bicycles travel free of charge.\n"
QUESTION = "When does the ferry to Vis leave Split?"
USERS = [f"user-{number}" for number in range(16)]


@pytest.fixture
def settings(live_stack: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Workers of their own, with a candidate; and two documents."""
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__PRECISION", "int8")
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__CANDIDATES", CANDIDATE)
    servers = {"kafka": live_stack.kafka, "weaviate": live_stack.weaviate}
    settings = Settings(namespace=f"emb{uuid4().hex[:8]}", home=live_stack.home / "embedders", **servers)
    try:
        up = ragstream(settings, "up", limit_s=200)
        assert up.returncode == 0, up.stderr
        yield settings
    finally:
        ragstream(settings, "down")


def opened(settings: Settings, model: NamedModel) -> WeaviateIndex:
    return WeaviateIndex(
        settings.weaviate,
        embedder_id=model.embedder_id,
        dimension=model.folder.manifest.dimension,
        namespace=settings.namespace,
    )


async def asked_by_each(settings: Settings) -> list[Answer]:
    async with RagstreamClient(settings.kafka.bootstrap or "", namespace=settings.namespace) as client:
        async with asyncio.timeout(60):
            while "precision" not in (await client.ask(QUESTION, user_id="somebody")).assignment:
                await asyncio.sleep(0.05)
        return list(await asyncio.gather(*(client.ask(QUESTION, user_id=user) for user in USERS)))


async def test_each_arm_is_served_from_the_index_of_its_own_embedder(settings: Settings, tmp_path: Path) -> None:
    """FAILURES 19: vectors of two models never meet; 29: what one index lacks is found and mended."""
    (tmp_path / "ferries.md").write_text(FERRY, "utf-8")
    (tmp_path / "trial.yaml").write_text(TRIAL, "utf-8")
    trial = str(tmp_path / "trial.yaml")

    async def run(*arguments: str) -> dict[str, object]:
        return await asyncio.to_thread(ragstream_json, settings, *arguments)

    ingested = await run("ingest", str(tmp_path / "ferries.md"), "--wait")
    assert (ingested["new"], ingested["warnings"]) == (1, [])
    main, other = await ensure_models(settings, print)
    indexes = [opened(settings, each) for each in (main, other)]
    first, second = [await stored(each) for each in indexes]
    assert set(first) == set(second) != set()
    assert {each.embedder_id for each in second.values()} == {other.embedder_id}
    verified = await run("verify", "--wait")
    assert (verified["clean"], verified["candidates"][CANDIDATE]["stored"]) == (True, len(first))  # type: ignore[index]

    chunk_ids = [chunk_id for _, chunk_id in second]
    await indexes[1].delete(TENANT, chunk_ids)
    assert (await run("verify"))["candidates"][CANDIDATE]["missing"] == len(first)  # type: ignore[index]
    assert "holds 0 chunks and the main one" in str((await run("experiments", "apply", trial))["error"])
    filled = await run("embedders", "backfill", CANDIDATE)
    assert (filled["copied"], filled["complete"]) == (len(first), True)
    listed = await run("embedders", "list")
    assert [each["complete"] for each in listed["embedders"]] == [True, True]  # type: ignore[attr-defined]
    status = await run("status")
    assert (status["candidates"], status["other_chunks"]) == ({other.embedder_id: len(first)}, 0)

    assert (await run("experiments", "apply", trial))["published"] is True
    answers = await asked_by_each(settings)
    expected = {"int8": main.embedder_id, "fp32": other.embedder_id}
    assert {each.assignment["precision"] for each in answers} == set(expected)
    for each in answers:
        assert isinstance(each, AnswerServed)
        assert each.provenance.embedder_id == expected[each.assignment["precision"]]
    shadow = await run("experiments", "simulate", trial, "--limit", "2")
    assert shadow["arms"]["fp32"]["retrieval_overlap"] == 1.0  # type: ignore[index]

    await indexes[1].delete(TENANT, chunk_ids)
    found = {each.assignment["precision"]: type(each) for each in await asked_by_each(settings)}
    assert found == {"int8": AnswerServed, "fp32": AnswerAbstained}
    for each in indexes:
        await each.drop()
