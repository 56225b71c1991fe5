import re

import pytest

from infra.models import catalogue, default_model, ensure_model
from infra.models.catalogue import chosen_folder, find_model, kept_models
from infra.models.weights import PublishedModel
from infra.settings import EmbedderSettings, Settings
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import CONFIG, MAX_TOKENS, tiny_model, tiny_weights, tokenizer_bytes


def settings(cache, model=default_model.NAME, precision="auto"):
    return Settings(cache=cache, embedder=EmbedderSettings(model=model, precision=precision, device="cpu"))


def quiet(_):
    pass


async def test_a_model_of_the_cache_is_chosen_by_its_name_and_any_other_by_its_path(tmp_path):
    inside = tiny_model(tmp_path / "cache" / "models" / "tiny-fp32")
    outside = tiny_model(tmp_path / "elsewhere")
    assert await ensure_model(settings(tmp_path / "cache", "tiny-fp32"), quiet) == inside
    assert await ensure_model(settings(tmp_path / "cache", str(tmp_path / "elsewhere")), quiet) == outside


async def test_a_path_may_begin_here_or_at_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    model = tiny_model(tmp_path / "mine")
    for path in ("./mine", "~/mine"):
        assert await ensure_model(settings(tmp_path / "cache", path), quiet) == model


async def test_the_default_model_is_built_when_it_is_asked_for(tmp_path, monkeypatch):
    async def fetch(_):
        return PublishedModel(tiny_weights(), CONFIG, tokenizer_bytes(), MAX_TOKENS)

    monkeypatch.setattr(default_model, "fetch_model", fetch)
    chosen = settings(tmp_path, precision="fp32")
    with pytest.raises(ConfigurationError, match="is not here yet: run `ragstream models pull`"):
        find_model(chosen, default_model.NAME)
    built = await ensure_model(chosen, quiet)
    assert built == find_model(chosen, default_model.NAME)
    assert built.path == chosen_folder(chosen)
    assert kept_models(chosen) == [built]


async def test_a_name_that_nobody_knows_says_where_names_come_from(tmp_path):
    expected = "there is no model 'bge-m3': `ragstream models list` shows those that are here"
    with pytest.raises(ConfigurationError, match=re.escape(expected)):
        await ensure_model(settings(tmp_path, "bge-m3"), quiet)


async def test_a_precision_that_the_chosen_model_has_not_is_refused(tmp_path):
    tiny_model(tmp_path / "models" / "tiny-fp32")
    with pytest.raises(ConfigurationError, match="tiny-fp32 is fp32 and RAGSTREAM_EMBEDDER__PRECISION is int8"):
        await ensure_model(settings(tmp_path, "tiny-fp32", "int8"), quiet)
    assert await ensure_model(settings(tmp_path, "tiny-fp32", "fp32"), quiet)


async def test_a_chosen_model_with_a_changed_file_is_refused(tmp_path):
    """FAILURES 40."""
    model = tiny_model(tmp_path / "models" / "tiny-fp32")
    model.tokenizer.write_bytes(model.tokenizer.read_bytes() + b"\n")
    with pytest.raises(ConfigurationError, match="has changed since it was built"):
        await ensure_model(settings(tmp_path, "tiny-fp32"), quiet)


def test_models_are_listed_by_name_without_what_is_unfinished_or_broken(tmp_path):
    models = catalogue.models_folder(settings(tmp_path))
    assert kept_models(settings(tmp_path)) == []
    for name in ("b", "a", "c.building-x1", "broken"):
        tiny_model(models / name)
    (models / "broken" / "manifest.json").write_text("{")
    (models / "empty").mkdir()
    (models / "a.lock").touch()
    assert [model.path.name for model in kept_models(settings(tmp_path))] == ["a", "b"]
