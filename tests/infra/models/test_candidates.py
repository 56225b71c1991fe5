import pytest

from infra.models import ensure_models
from infra.settings import EmbedderSettings, Settings
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import tiny_model


@pytest.fixture
def models(tmp_path):
    """Two models that differ in a prefix, so that their vectors do not compare; and where they are."""
    tiny_model(tmp_path / "models" / "main")
    tiny_model(tmp_path / "models" / "asks", query_prefix="query: ")

    def given(candidates):
        return Settings(cache=tmp_path, embedder=EmbedderSettings(model="main", device="cpu", candidates=candidates))

    return given


def quiet(_):
    pass


async def test_the_main_model_comes_first_and_each_has_settings_of_its_own(models):
    main, other = await ensure_models(models("asks:fp32"), quiet)
    assert [main.name, other.name] == ["main", "asks:fp32"]
    assert main.embedder_id != other.embedder_id
    assert (other.settings.embedder.model, other.settings.embedder.precision) == ("asks", "fp32")
    assert other.settings.embedder.device == "cpu"
    assert [each.name for each in await ensure_models(models(""), quiet)] == ["main"]


async def test_a_candidate_that_is_not_here_is_named(models):
    with pytest.raises(ConfigurationError, match="the candidate gone cannot be used: there is no model 'gone'"):
        await ensure_models(models("gone"), quiet)


async def test_one_embedder_under_two_names_is_refused_as_both_would_write_one_index(models, tmp_path):
    """FAILURES 19: what two of them write to one index would be compared."""
    with pytest.raises(ConfigurationError, match="the candidate main:fp32 is the same embedder as main "):
        await ensure_models(models("main:fp32"), quiet)
    tiny_model(tmp_path / "copied")
    with pytest.raises(ConfigurationError, match="the candidate copied is the same embedder as main "):
        await ensure_models(models(f"{tmp_path}/copied"), quiet)
