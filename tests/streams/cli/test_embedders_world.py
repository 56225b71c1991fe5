from collections import Counter

import pytest

from infra.memory_index import MemoryIndex
from infra.models import NamedModel
from infra.settings import EmbedderSettings, Settings
from infra.weaviate_census import Holding
from schemas.experiments import Arm
from schemas.failures import ConfigurationError
from streams.cli import embedders_world
from streams.cli.embedders_world import check_coverage, coverage, coverages, embedders_of
from tests.contracts.index_samples import DIMENSION, chunk, chunk_id, vectors
from tests.infra.models.tiny_bert import tiny_model
from tests.streams.experiment_samples import defined


@pytest.fixture
def models(tmp_path):
    other = tiny_model(tmp_path / "other", query_prefix="query: ")
    return [NamedModel("main", Settings(), tiny_model(tmp_path / "main")), NamedModel("other", Settings(), other)]


def holding(model, **chunks):
    return Holding(f"C_{model.name}", model.embedder_id, 32, chunks)


def rows(models, different, *held):
    return coverage(models, {each.embedder_id: each for each in held}, {"other": different})


def test_an_index_is_complete_when_it_has_the_main_ones_chunks_but_for_the_last_documents(models):
    main, other = models
    held = holding(main, acme=1_500, bolt=500), holding(other, acme=1_499, bolt=499)
    assert [each.complete for each in rows(models, 2, *held)] == [True, True]
    lacking = rows(models, 3, *held)[1]
    assert (lacking.complete, lacking.chunks, lacking.wanted, lacking.differing) == (False, 1_998, 2_000, 3)


def test_without_a_main_index_there_is_nothing_to_have(models):
    assert [(each.complete, each.collection) for each in rows(models, 0)] == [(True, None), (True, None)]


class Weaviate:
    """What is in it, by embedder id; scans are those of indexes in memory."""

    def __init__(self, models):
        self.models = models
        self.indexes = {}
        self.asked = 0

    async def ensure_models(self, *_):
        return self.models

    async def holdings(self, *_):
        self.asked += 1
        return [
            Holding(f"C_{name}", name, 32, Counter([tenant async for tenant, _ in index.scan()]))
            for name, index in self.indexes.items()
        ]

    def index_of(self, _, held):
        index = self.indexes[held.embedder_id]
        index.close = nothing
        return index

    async def has(self, model, *items):
        index = self.indexes.setdefault(model.embedder_id, MemoryIndex(DIMENSION))
        await index.upsert(items, vectors(*range(len(items))))


async def nothing():
    """A connection that is closed."""


@pytest.fixture
def weaviate(models, monkeypatch):
    weaviate = Weaviate(models)
    for name in ("ensure_models", "holdings", "index_of"):
        monkeypatch.setattr(embedders_world, name, getattr(weaviate, name))
    return weaviate


async def test_an_index_that_did_not_follow_is_found_out_although_it_has_as_many_chunks(models, weaviate):
    """It was not among the candidates while documents changed."""
    main, other = models
    await weaviate.has(main, chunk("d", "new", revision=2), chunk("e", "moved", revision=2))
    await weaviate.has(other, chunk("d", "withdrawn"), chunk("e", "moved"))
    _, found = await coverages(Settings(), print)
    assert (found.chunks, found.wanted, found.differing, found.complete) == (2, 2, 3, False)
    await weaviate.indexes[other.embedder_id].delete("acme", [chunk_id("d", "withdrawn")])
    await weaviate.has(other, chunk("d", "new", revision=2), chunk("e", "moved", revision=2))
    _, found = await coverages(Settings(), print)
    assert (found.differing, found.complete) == (0, True)


def test_the_embedders_of_an_experiment_are_those_that_its_arms_name():
    arms = (Arm(name="a"), Arm(name="b", overrides={"embedder": "x"}), Arm(name="c", overrides={"top_k": 3}))
    assert embedders_of(defined(arms=arms)) == {"x"}


async def test_an_arm_whose_index_lacks_documents_is_refused_with_what_to_do(models, weaviate):
    """It would be judged by what it could not find."""
    settings = Settings(embedder=EmbedderSettings(candidates="other"))
    trial = defined(overrides={"embedder": "other"})
    await weaviate.has(models[0], chunk("d", "text"))
    said = "index of embedder other holds 0 chunks and the main one 1, and 1 differ: run `ragstream embedders backfill"
    with pytest.raises(ConfigurationError, match=said):
        await check_coverage(settings, trial, print)
    await weaviate.has(models[1], chunk("d", "text"))
    await check_coverage(settings, trial, print)
    weaviate.asked = 0
    await check_coverage(settings, defined(overrides={"top_k": 3}), print)
    assert weaviate.asked == 0
