import pytest

from infra.models import NamedModel
from infra.settings import EmbedderSettings, Settings
from infra.weaviate_census import Holding
from schemas.experiments import Arm
from schemas.failures import ConfigurationError
from streams.cli import embedders_world
from streams.cli.embedders_world import check_coverage, compared, embedders_of
from tests.infra.models.tiny_bert import tiny_model
from tests.streams.experiment_samples import defined


@pytest.fixture
def models(tmp_path):
    other = tiny_model(tmp_path / "other", query_prefix="query: ")
    return [NamedModel("main", Settings(), tiny_model(tmp_path / "main")), NamedModel("other", Settings(), other)]


def holding(model, **chunks):
    return Holding(f"C_{model.name}", model.embedder_id, 32, chunks)


def test_an_index_is_complete_when_every_tenant_has_as_many_chunks_but_for_the_last_documents(models):
    main, other = models
    held = [holding(main, acme=1_500, bolt=500), holding(other, acme=1_499, bolt=499)]
    assert [each.complete for each in compared(models, held)] == [True, True]
    lacking = compared(models, [held[0], holding(other, acme=1_500, bolt=497)])[1]
    assert (lacking.complete, lacking.chunks, lacking.wanted, lacking.differing) == (False, 1_997, 2_000, 3)


def test_chunks_of_one_tenant_do_not_stand_in_for_those_of_another(models):
    main, other = models
    found = compared(models, [holding(main, acme=5, bolt=5), holding(other, acme=10)])[1]
    assert (found.chunks, found.wanted, found.complete) == (10, 10, False)


def test_without_a_collection_everything_is_lacking_unless_there_is_nothing_to_have(models):
    _, found = compared(models, [holding(models[0], acme=5)])
    assert (found.collection, found.chunks, found.complete) == (None, 0, False)
    assert [each.complete for each in compared(models, [])] == [True, True]


def test_withdrawn_documents_that_are_still_there_count_as_well(models):
    main, other = models
    assert not compared(models, [holding(main, acme=5), holding(other, acme=6)])[1].complete


def test_the_embedders_of_an_experiment_are_those_that_its_arms_name():
    arms = (Arm(name="a"), Arm(name="b", overrides={"embedder": "x"}), Arm(name="c", overrides={"top_k": 3}))
    assert embedders_of(defined(arms=arms)) == {"x"}


async def test_an_arm_whose_index_lacks_documents_is_refused_with_what_to_do(models, monkeypatch):
    """It would be judged by what it could not find."""
    held = [holding(models[0], acme=1_000)]
    asked = []

    async def ensure_models(*_):
        return models

    async def holdings(*_):
        asked.append(1)
        return held

    monkeypatch.setattr(embedders_world, "ensure_models", ensure_models)
    monkeypatch.setattr(embedders_world, "holdings", holdings)
    settings = Settings(embedder=EmbedderSettings(candidates="other"))
    said = (
        "index of embedder other holds 0 chunks and the main one 1,000: run `ragstream embedders backfill other` first"
    )
    with pytest.raises(ConfigurationError, match=said):
        await check_coverage(settings, defined(overrides={"embedder": "other"}), print)
    held.append(holding(models[1], acme=999))
    await check_coverage(settings, defined(overrides={"embedder": "other"}), print)
    asked.clear()
    await check_coverage(settings, defined(overrides={"top_k": 3}), print)
    assert asked == []
