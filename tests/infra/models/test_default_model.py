import asyncio

import numpy as np
import pytest

from infra.models import default_model
from infra.models.default_model import chosen_precision, ensure_model
from infra.models.weights import PublishedModel
from infra.onnx_embedder import open_embedder
from infra.settings import EmbedderSettings, Settings
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import CONFIG, MAX_TOKENS, tiny_weights, tokenizer_bytes

FILES = ["README.md", "manifest.json", "model.onnx", "reference.npz", "tokenizer.json"]


@pytest.fixture
def fetches(monkeypatch):
    """The tiny weights instead of a download; each fetch is counted."""
    counted = []

    async def fetch(into):
        counted.append(into)
        await asyncio.sleep(0.1)
        return PublishedModel(tiny_weights(), CONFIG, tokenizer_bytes(), MAX_TOKENS)

    monkeypatch.setattr(default_model, "fetch_model", fetch)
    return counted


def settings(folder, precision="fp32"):
    return Settings(cache=folder, embedder=EmbedderSettings(precision=precision, device="cpu", threads=1))


async def test_two_who_ask_at_once_get_one_build(fetches, tmp_path):
    both = await asyncio.gather(*(ensure_model(settings(tmp_path), lambda _: None) for _ in range(2)))
    again = await ensure_model(settings(tmp_path), lambda _: None)
    assert len(fetches) == 1
    assert both == [again, again]
    assert [path.name for path in (tmp_path / "models").iterdir() if path.is_dir()] == [again.path.name]


async def test_both_precisions_are_kept_side_by_side_and_are_alike_but_not_one(fetches, tmp_path):
    """FAILURES 40."""
    vectors, names = [], []
    for precision in ("fp32", "int8"):
        model = await ensure_model(settings(tmp_path, precision), lambda _: None)
        embedder = open_embedder(settings(tmp_path), model)
        vectors.append(await embedder.embed_passages(["the ferry leaves split at seven.", "vis", "bicycles are free"]))
        names.append(embedder.embedder_id)
        embedder.close()
        assert sorted(path.name for path in model.path.iterdir()) == FILES
    assert names[0].startswith("all-MiniLM-L6-v2-fp32@")
    assert names[1].startswith("all-MiniLM-L6-v2-int8@")
    assert np.einsum("td,td->t", *vectors).min() > 0.98


async def test_the_user_is_told_what_takes_so_long(fetches, tmp_path):
    said = []
    await ensure_model(settings(tmp_path), said.append)
    assert said[0] == "Making the embedding model all-MiniLM-L6-v2 (fp32); it will be kept"


async def test_a_failed_fetch_leaves_nothing_behind(monkeypatch, tmp_path):
    async def fetch(_):
        raise ConfigurationError("no network")

    monkeypatch.setattr(default_model, "fetch_model", fetch)
    with pytest.raises(ConfigurationError, match="no network"):
        await ensure_model(settings(tmp_path), lambda _: None)
    assert [path for path in (tmp_path / "models").iterdir() if path.is_dir()] == []


async def test_its_card_says_how_it_was_made_and_what_was_measured(fetches, tmp_path):
    cards = {
        precision: (await ensure_model(settings(tmp_path, precision), lambda _: None)).path / "README.md"
        for precision in ("fp32", "int8")
    }
    assert "0.64508, as published" in cards["fp32"].read_text("utf-8")
    assert "then quantised per output channel" not in cards["fp32"].read_text("utf-8")
    assert "then quantised per output channel" in cards["int8"].read_text("utf-8")


@pytest.mark.parametrize(
    ("setting", "vnni", "expected"),
    [("auto", True, "int8"), ("auto", False, "fp32"), ("fp32", True, "fp32"), ("int8", False, "int8")],
)
def test_int8_is_chosen_where_the_processor_multiplies_bytes(monkeypatch, setting, vnni, expected):
    monkeypatch.setattr(default_model, "has_vnni", lambda: vnni)
    assert chosen_precision(setting) == expected
