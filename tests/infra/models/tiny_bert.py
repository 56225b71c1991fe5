"""A randomly initialised BERT of two layers, so that tests need no download; and its files as a model folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from infra.models.bert_graph import BertShape, bert_graph
from infra.models.model_folder import GRAPH, TOKENIZER, ModelFolder, ModelManifest, load_model, write_manifest

HIDDEN, LAYERS, HEADS, INNER, MAX_TOKENS = 32, 2, 4, 64, 64
SHAPE = BertShape(HIDDEN, LAYERS, HEADS, 1e-12)
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": HIDDEN,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "layer_norm_eps": 1e-12,
}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = ["the", "ferry", "leaves", "split", "for", "vis", "at", "seven", "bicycles", "are", "free"]
VOCABULARY = [*SPECIAL, *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS), *".,?!", "猫", "##ing"]


def tiny_weights(seed: int = 7) -> dict[str, NDArray[np.float32]]:
    """Named as Hugging Face names them. Large enough that a wrong formula is seen, small enough to stay exact."""
    random = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), HIDDEN),
        "embeddings.position_embeddings.weight": (MAX_TOKENS, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        **_norm("embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes |= _linear(f"{prefix}.attention.{part}", HIDDEN, HIDDEN)
        shapes |= _norm(f"{prefix}.attention.output.LayerNorm")
        shapes |= _linear(f"{prefix}.intermediate.dense", INNER, HIDDEN)
        shapes |= _linear(f"{prefix}.output.dense", HIDDEN, INNER)
        shapes |= _norm(f"{prefix}.output.LayerNorm")
    return {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def _norm(prefix: str) -> dict[str, tuple[int, ...]]:
    return {f"{prefix}.weight": (HIDDEN,), f"{prefix}.bias": (HIDDEN,)}


def _linear(prefix: str, out: int, given: int) -> dict[str, tuple[int, ...]]:
    return {f"{prefix}.weight": (out, given), f"{prefix}.bias": (out,)}


def tiny_tokenizer() -> Tokenizer:
    """WordPiece as BERT's; truncation and padding are on, as in the published file."""
    vocabulary = {word: number for number, word in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=8)
    return tokenizer


def tokenizer_bytes() -> bytes:
    return json.dumps(json.loads(tiny_tokenizer().to_str())).encode()


def tiny_graph() -> onnx.ModelProto:
    return bert_graph(tiny_weights(), SHAPE)


def tiny_model(folder: Path, graph: onnx.ModelProto | None = None, **facts: Any) -> ModelFolder:
    """The model, or another graph with its tokenizer, written into `folder` with other `facts` and read back."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(graph or tiny_graph(), folder / GRAPH)
    (folder / TOKENIZER).write_bytes(tokenizer_bytes())
    manifest = ModelManifest(
        name="tiny",
        precision="fp32",
        dimension=HIDDEN,
        max_tokens=MAX_TOKENS,
        licence="Apache-2.0",
        source="tests",
        files={},
    ).model_copy(update=facts)
    write_manifest(folder, manifest)
    return load_model(folder)
