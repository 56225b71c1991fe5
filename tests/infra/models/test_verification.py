import numpy as np
import pytest

from infra.models.model_folder import write_manifest
from infra.models.reference_texts import reference_texts
from infra.models.verification import Agreement, agreement, fitting, keep_reference, kept_agreement
from infra.onnx_embedder import open_embedder
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_tokenizer
from schemas.failures import ConfigurationError
from tests.infra.models.numpy_bert import hidden_states
from tests.infra.models.tiny_bert import HEADS, LAYERS, MAX_TOKENS, tiny_model, tiny_weights
from tests.infra.models.tiny_cross_encoder import logit, tiny_cross_encoder

SETTINGS = Settings(embedder=EmbedderSettings(device="cpu", threads=1))
TEXTS = ["the ferry leaves", "", "seven bicycles", "the " * 100]


def means(model, texts):
    """The papers' formulas instead of a reference implementation; not normalised, as some references are not."""
    rows = [open_tokenizer(model).encode(text).ids for text in fitting(model, texts)]
    return np.array([hidden_states(tiny_weights(), row, LAYERS, HEADS).mean(axis=0) for row in rows], np.float32)


async def test_a_model_agrees_with_the_papers_formulas_whatever_the_vectors_length(tmp_path):
    model = tiny_model(tmp_path)
    found = await agreement(SETTINGS, model, TEXTS, means(model, TEXTS))
    assert found.texts == 4
    assert found.lowest > 0.9999
    assert found.suffices("fp32")


async def test_one_strange_vector_is_seen_in_the_lowest_and_not_in_the_median(tmp_path):
    model = tiny_model(tmp_path)
    reference = means(model, TEXTS)
    reference[2] = -reference[2]
    found = await agreement(SETTINGS, model, TEXTS, reference)
    assert found.lowest == pytest.approx(-1, abs=1e-3)
    assert found.median > 0.9999
    assert not found.suffices("fp32")


async def test_a_reranker_agrees_when_its_scores_are_the_references(tmp_path):
    model = tiny_cross_encoder(tmp_path)
    tokenizer = open_tokenizer(model)
    texts = [f"{word} ferry leaves" for word in ("the", "seven", "vis", "bicycles", "free", "are", "at", "for")]
    encoded = [tokenizer.encode(texts[place], texts[(place + 7) % 8]) for place in range(8)]
    reference = np.array([[logit(each.ids, each.type_ids)] for each in encoded], np.float32)
    assert (await agreement(SETTINGS, model, texts, reference)).suffices("fp32")
    reference[3] += np.ptp(reference) / 2
    assert (await agreement(SETTINGS, model, texts, reference)).lowest < 0.9


async def test_a_reference_of_another_shape_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"shape \(4, 8\), and .* gives \(4, 32\): it is not this model's"):
        await agreement(SETTINGS, tiny_model(tmp_path), TEXTS, np.zeros((4, 8), np.float32))


async def test_what_is_kept_with_a_model_is_compared_without_its_reference(tmp_path):
    model = tiny_model(tmp_path)
    keep_reference(tmp_path, means(model, reference_texts()))
    write_manifest(tmp_path, model.manifest)
    assert (await kept_agreement(SETTINGS, model)).suffices("fp32")


async def test_a_model_without_kept_vectors_is_told_apart_from_one_that_disagrees(tmp_path):
    with pytest.raises(ConfigurationError, match=r"holds no reference\.npz to compare with: name its source"):
        await kept_agreement(SETTINGS, tiny_model(tmp_path))


async def test_vectors_of_other_texts_are_refused(tmp_path):
    model = tiny_model(tmp_path)
    np.savez(tmp_path / "reference.npz", vectors=means(model, reference_texts()), version=np.int64(0))
    with pytest.raises(ConfigurationError, match="belongs to version 0 of the reference texts"):
        await kept_agreement(SETTINGS, model)


async def test_texts_are_cut_to_what_the_model_takes_with_its_prefix(tmp_path):
    model = tiny_model(tmp_path, passage_prefix="the ferry: ")
    cut = fitting(model, ["the " * 100, "vis"])
    assert len(cut[0].split()) == MAX_TOKENS - 2 - 3
    assert cut[1] == "vis"
    embedder = open_embedder(SETTINGS, model)
    assert (await embedder.embed_passages(cut)).shape == (2, 32)
    embedder.close()


@pytest.mark.parametrize(
    ("precision", "lowest", "median", "enough"),
    [
        ("fp32", 0.9999, 1.0, True),
        ("fp32", 0.9998, 1.0, False),
        ("fp16", 0.999, 0.9999, True),
        ("fp16", 0.998, 1.0, False),
        ("int8", 0.5, 0.98, True),
        ("int8", 0.97, 0.979, False),
        ("int8", float("nan"), float("nan"), False),
    ],
)
def test_each_precision_has_its_bounds(precision, lowest, median, enough):
    assert Agreement(50, lowest, median).suffices(precision) is enough


def test_an_agreement_is_told_in_the_terms_of_its_kind():
    found = Agreement(50, 0.95, 0.99)
    assert found.sentence("embedder") == "cosine 0.950000 at least, median 0.990000, over 50 texts"
    assert found.sentence("reranker").startswith("1 - difference / range of scores 0.950000")
