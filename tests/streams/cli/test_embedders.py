"""`embedders list` and `backfill`, with models, Weaviate and the copying replaced."""

import json
from contextlib import asynccontextmanager
from importlib import import_module

import pytest
from typer.testing import CliRunner

from infra.models import NamedModel
from infra.settings import Settings
from infra.weaviate_census import Holding
from streams.backfill import Backfilled
from streams.cli import app
from streams.cli.output import Exit
from tests.infra.models.tiny_bert import tiny_model

module, world_module = (import_module(f"streams.cli.{name}") for name in ("embedders", "embedders_world"))


class World:
    def __init__(self, folder):
        other = tiny_model(folder / "other", query_prefix="query: ")
        self.models = [
            NamedModel("main", Settings(), tiny_model(folder / "main")),
            NamedModel("other:fp32", Settings(), other),
        ]
        self.held = [Holding("C_1", self.models[0].embedder_id, 32, {"default": 5})]
        self.done = Backfilled(chunks=5, copied=5, rounds=1)
        self.filled = []
        self.different = 0

    async def differing(self, _main, _other):
        return self.different

    async def ensure_models(self, *_):
        return self.models

    async def holdings(self, *_):
        return self.held

    async def backfill(self, main, index, embedder, _tell):
        self.filled.append((main.collection_name, index, embedder))
        return self.done


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def run(monkeypatch, world):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("RAGSTREAM_WEAVIATE__URL", "http://localhost:1")
    monkeypatch.setenv("COLUMNS", "300")

    class Source:
        def __init__(self, _settings, holding):
            self.collection_name = holding.embedder_id

        async def connect(self, _): ...
        async def close(self): ...

    @asynccontextmanager
    async def opened_index(_settings, folder):
        yield folder.embedder_id, "index"

    for each in (module, world_module):
        monkeypatch.setattr(each, "ensure_models", world.ensure_models)
        monkeypatch.setattr(each, "holdings", world.holdings)
    monkeypatch.setattr(module, "index_of", Source)
    monkeypatch.setattr(world_module, "index_of", Source)
    monkeypatch.setattr(world_module, "differing", world.differing)
    monkeypatch.setattr(module, "opened_index", opened_index)
    monkeypatch.setattr(module, "backfill", world.backfill)
    return lambda *arguments: CliRunner().invoke(app, ["embedders", *arguments])


def test_the_list_says_what_each_index_has_of_the_main_one(run, world):
    listed = run("list", "--json")
    main, other = json.loads(listed.stdout)["embedders"]
    assert listed.exit_code == Exit.FAILED
    assert (main["name"], main["main"], main["chunks"], main["complete"]) == ("main", True, 5, True)
    assert (other["name"], other["chunks"], other["wanted"], other["complete"]) == ("other:fp32", 0, 5, False)
    assert world.models[1].embedder_id in run("list").stdout
    world.held.append(Holding("C_2", world.models[1].embedder_id, 32, {"default": 5}))
    assert run("list").exit_code == Exit.OK
    world.different = 2
    assert (run("list").exit_code, "2" in run("list").stdout) == (Exit.FAILED, True)


def test_a_candidate_is_filled_from_the_main_index_with_its_own_embedder(run, world):
    done = run("backfill", "other:fp32", "--json")
    assert (done.exit_code, json.loads(done.stdout)["copied"]) == (Exit.OK, 5)
    assert world.filled == [(world.models[0].embedder_id, "index", world.models[1].embedder_id)]
    assert "complete" in run("backfill", "other:fp32").stdout


def test_what_was_refused_or_not_caught_up_with_is_said_and_exits_with_one(run, world):
    world.done.refused["acme", "c1"] = "too long"
    done = run("backfill", "other:fp32", "--json")
    facts = json.loads(done.stdout)
    assert (done.exit_code, facts["complete"], facts["refused"]) == (Exit.FAILED, False, 1)
    assert facts["reasons"] == "acme/c1: too long"
    world.done = Backfilled(different=3)
    assert run("backfill", "other:fp32").exit_code == Exit.FAILED


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("main", "main is the main embedder, whose index the roles plan and index fill"),
        ("gone", "there is no candidate 'gone'; there is other:fp32: name it in RAGSTREAM_EMBEDDER__CANDIDATES"),
    ],
)
def test_what_is_no_candidate_is_refused(run, world, name, said):
    refused = run("backfill", name)
    assert refused.exit_code == Exit.FAILED
    assert said in refused.stderr
    assert not world.filled


def test_without_a_main_index_there_is_nothing_to_fill_from(run, world):
    world.held.clear()
    refused = run("backfill", "other:fp32")
    assert refused.exit_code == Exit.NOT_RUNNING
    assert "nothing was indexed yet" in refused.stderr
