"""The real all-MiniLM-L6-v2, fetched and built if the user's cache lacks it, against what is published about it."""

import asyncio

import numpy as np
import pytest

from infra.models import ensure_model
from infra.onnx_embedder import open_embedder
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_token_counter

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

FP32_GRAPH = "236be41a0a1575660567710ed714640eae7a97bc9f6a1fa6b267d29c39515413"
"""Of the file that is built from the pinned weights, on every machine: two workers' vectors are comparable."""

QUICK_START = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
SIMILARITIES = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
"""Printed for these sentences and this model in the quick start of sentence-transformers."""

TEXTS = [
    "The ferry to Vis leaves Split at seven.",
    "A boat departs for the island in the morning.",
    "猫 é 🛥",
    "Inflation slowed in March. " * 30,
]
FIRST_COMPONENTS = [
    [0.03872, -0.03495, 0.10484, 0.02272],
    [0.05702, 0.12788, -0.00879, 0.08393],
    [-0.00563, 0.05638, 0.12606, -0.00013],
    [0.06513, -0.03074, 0.04056, 0.00969],
]
"""Of fp32. Taken from this very graph, once it gave the similarities above and the published nDCG@10 of SciFact."""


@pytest.fixture(scope="module")
def models():
    """Both precisions, whatever this processor would choose."""
    return {precision: asyncio.run(ensure_model(settings(precision), print)) for precision in ("fp32", "int8")}


def settings(precision):
    return Settings(embedder=EmbedderSettings(precision=precision, device="cpu"))


@pytest.fixture
def embed(models):
    async def embedded(precision, texts):
        embedder = open_embedder(settings(precision), models[precision])
        try:
            return await embedder.embed_passages(texts)
        finally:
            embedder.close()

    return embedded


async def test_the_similarities_are_the_published_ones(embed):
    vectors = await embed("fp32", QUICK_START)
    assert np.abs(vectors @ vectors.T - SIMILARITIES).max() < 1e-4


async def test_the_vectors_are_those_of_the_day_they_were_checked(embed):
    assert np.abs((await embed("fp32", TEXTS))[:, :4] - FIRST_COMPONENTS).max() < 1e-4


async def test_int8_points_where_fp32_points(embed):
    """Measured on these texts: 0.987 to 0.996."""
    cosines = np.einsum("td,td->t", await embed("fp32", TEXTS), await embed("int8", TEXTS))
    assert cosines.min() > 0.98


async def test_neighbours_move_an_int8_vector_no_further_than_quantising_does(embed):
    """FAILURES 37 holds for fp32 alone: int8 rounds a run's activations with one scale. Measured: 0.985 to 0.997."""
    together = await embed("int8", TEXTS)
    alone = np.concatenate([await embed("int8", [text]) for text in TEXTS])
    assert np.einsum("td,td->t", together, alone).min() > 0.97


def test_the_graph_is_byte_for_byte_the_one_that_was_checked(models):
    """FAILURES 40."""
    assert models["fp32"].manifest.files["model.onnx"] == FP32_GRAPH


def test_the_tokenizer_neither_cuts_nor_pads(models):
    """FAILURES 36: the published file does both, at 128 tokens, and the model takes 256."""
    counter = open_token_counter(models["fp32"])
    assert counter.max_tokens == 256
    assert list(counter.token_ends("Vis 猫")) == [3, 5]
    assert len(counter.token_ends("word " * 1_000)) == 1_000
