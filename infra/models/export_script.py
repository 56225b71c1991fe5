"""A job file in, a model's files out. Runs in the export environment, as a script, and imports nothing of ragstream.

A job says what to `do` and where to write `into`; the functions below say what else each takes. What the user must
hear is raised as `RefusedError` and becomes one sentence in `refused.txt`.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from tokenizers import Tokenizer

GRAPH: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
FACTS: Final = "facts.json"
TOOLS: Final = "tools.txt"
VECTORS: Final = "vectors.npy"
REFUSED: Final = "refused.txt"
COUNTED_AFTER_PADDING: Final = {"camembert", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl"}
STRIDE: Final = 7
"""From a question to its passage among the texts that a reranker is compared on; prime to their number."""


class RefusedError(Exception):
    """The model is of a kind that ragstream cannot run."""


def main(job_file: str) -> int:
    """0 when the job was done, 1 when it was refused; anything else is raised."""
    job = json.loads(Path(job_file).read_text("utf-8"))
    try:
        {"export": export, "quantise": quantise, "embed": embed, "fetch": fetch}[job["do"]](job)
    except RefusedError as refused:
        (Path(job["into"]) / REFUSED).write_text(str(refused), "utf-8")
        return 1
    return 0


def export(job: Mapping[str, Any]) -> None:
    """Folder `source` as fp32 or fp16 (`precision`): graph, tokenizer, facts, and the reference's vectors of `texts`.

    `query_prefix` and `passage_prefix` go before the model's own prompts when they're not null.
    """
    source, into = job["source"], Path(job["into"])
    kind = kind_of(json.loads((Path(source) / "config.json").read_text("utf-8")))
    _save_tokenizer(source, into)
    facts = _reranker_facts(source) if kind == "reranker" else _embedder_facts(source, job)
    _save_graph(source, into, kind, job["precision"])
    (into / FACTS).write_text(json.dumps({"kind": kind, **facts}), "utf-8")
    (into / TOOLS).write_text(tools("optimum-onnx", "torch", "transformers", "sentence-transformers"), "utf-8")
    embed({**job, **facts, "kind": kind, "tokenizer": str(into / TOKENIZER)})


def kind_of(config: Mapping[str, Any]) -> str:
    """What a Hugging Face `config.json` is the configuration of. Raises `RefusedError` for a classifier."""
    architecture = (config.get("architectures") or ["?"])[0]
    if not architecture.endswith("ForSequenceClassification"):
        return "embedder"
    labels = len(config.get("id2label") or {0: "", 1: ""})  # transformers writes them unless there are two
    if labels != 1:
        raise RefusedError(f"a classifier with {labels} labels is no reranker, which has one")
    return "reranker"


def _save_tokenizer(source: str, into: Path) -> None:
    from transformers import AutoTokenizer  # noqa: PLC0415 - only the export environment has it

    tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=True)
    if not tokenizer.is_fast:
        raise RefusedError("its tokenizer has no fast form, which is the only one that runs without transformers")
    tokenizer.backend_tokenizer.save(str(into / TOKENIZER))


def _embedder_facts(source: str, job: Mapping[str, Any]) -> dict[str, Any]:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    model = SentenceTransformer(source, device="cpu", local_files_only=True)
    modules = [type(module).__name__ for module in model]
    if modules not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise RefusedError(f"it is made of {', '.join(modules)}; Transformer, Pooling and Normalize can be exported")
    if getattr(model[0], "do_lower_case", False):
        raise RefusedError("its texts are lower-cased before the tokenizer sees them, which is not supported")
    prompts = {name: prompt or "" for name, prompt in model.prompts.items()}
    given = {"query_prefix": job["query_prefix"], "passage_prefix": job["passage_prefix"]}
    own = {
        "query_prefix": prompts.get("query", ""),
        "passage_prefix": prompts.get("passage", "") or prompts.get("document", ""),
    }
    return {
        "dimension": model[1].get_embedding_dimension(),
        "max_tokens": token_limit(model.max_seq_length, positions_of(model[0].auto_model.config.to_dict())),
        "pooling": pooling_of(model[1].get_config_dict()),
        "normalised": "Normalize" in modules,
        "padding": model.tokenizer.pad_token,
        **{name: own[name] if each is None else each for name, each in given.items()},
    }


def _reranker_facts(source: str) -> dict[str, Any]:
    from transformers import AutoConfig, AutoTokenizer  # noqa: PLC0415

    tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=True)
    config = AutoConfig.from_pretrained(source, local_files_only=True)
    limit = token_limit(tokenizer.model_max_length, positions_of(config.to_dict()))
    return {"dimension": 1, "max_tokens": limit, "padding": tokenizer.pad_token}


def positions_of(config: Mapping[str, Any]) -> int:
    """Tokens that a model has positions for. RoBERTa and its kin begin to count after the padding's number.

    See `create_position_ids_from_input_ids` of transformers' `modeling_roberta.py`. Raises `RefusedError` when the
    configuration does not say.
    """
    positions = config.get("max_position_embeddings")
    if not isinstance(positions, int):
        raise RefusedError("its configuration does not say how many positions it has")
    return positions - config["pad_token_id"] - 1 if config.get("model_type") in COUNTED_AFTER_PADDING else positions


def token_limit(said: int | None, positions: int) -> int:
    """Tokens that a model takes: what it says, unless that's nothing or more than it has positions for."""
    return positions if said is None or said > positions else said


def pooling_of(config: Mapping[str, Any]) -> str:
    """`mean` or `cls` of a `Pooling` module's configuration, old form or new. Raises `RefusedError` for another."""
    names = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    old = [names.get(key, key) for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
    pooling = config.get("pooling_mode", "+".join(old))
    if pooling not in {"mean", "cls"} or not config.get("include_prompt", True):
        raise RefusedError(f"its pooling is {pooling or 'unknown'}; mean and cls over all tokens can be run")
    return str(pooling)


def _save_graph(source: str, into: Path, kind: str, precision: str) -> None:
    import onnx  # noqa: PLC0415
    from onnxruntime.transformers.float16 import convert_float_to_float16  # noqa: PLC0415
    from optimum.exporters.onnx import main_export  # noqa: PLC0415

    task = "text-classification" if kind == "reranker" else "feature-extraction"
    with tempfile.TemporaryDirectory(dir=into) as temporary:
        main_export(source, output=temporary, task=task, library_name="transformers", local_files_only=True)
        if precision == "fp16":
            half = convert_float_to_float16(onnx.load(Path(temporary) / GRAPH), keep_io_types=True)
            onnx.save(half, into / GRAPH)
        else:
            _take_graph(Path(temporary), into)


def _take_graph(made: Path, into: Path) -> None:
    """A folder's graph under our name; one over 2 GB has its weights beside it, under the name that it knows."""
    for path in made.glob("*.onnx*"):
        shutil.move(path, into / (GRAPH if path.suffix == ".onnx" else path.name))


def quantise(job: Mapping[str, Any]) -> None:
    """The products' weights of `graph` as int8, one scale a channel, for the processors `arch`."""
    from optimum.onnxruntime import ORTQuantizer  # noqa: PLC0415
    from optimum.onnxruntime.configuration import AutoQuantizationConfig  # noqa: PLC0415

    recipe = getattr(AutoQuantizationConfig, job["arch"])
    configuration = recipe(is_static=False, per_channel=True, operators_to_quantize=["MatMul"])
    with tempfile.TemporaryDirectory(dir=job["into"]) as temporary:
        graph = _typed(Path(job["graph"]), Path(temporary))
        quantised = Path(temporary) / "quantised"
        ORTQuantizer(graph).quantize(configuration, save_dir=quantised, file_suffix="")
        _take_graph(quantised, Path(job["into"]))
    (Path(job["into"]) / TOOLS).write_text(tools("optimum-onnx", "onnxruntime"), "utf-8")


def tools(*packages: str) -> str:
    """Packages with their versions, for a card."""
    return ", ".join(f"{package} {version(package)}" for package in packages)


def _typed(path: Path, temporary: Path) -> Path:
    """The graph, with a type at each product if it has operators beyond which type inference does not see."""
    import onnx  # noqa: PLC0415

    if not any(node.domain for node in onnx.load(path, load_external_data=False).graph.node):
        return path
    model = onnx.load(path)
    model.graph.value_info.extend(
        onnx.helper.make_tensor_value_info(node.output[0], onnx.TensorProto.FLOAT, None)
        for node in model.graph.node
        if node.op_type == "MatMul"
    )
    onnx.save(model, temporary / "typed.onnx")
    return temporary / "typed.onnx"


def embed(job: Mapping[str, Any]) -> None:
    """What sentence-transformers gives for `texts` with folder `source`: rows of vectors, or scores of pairs of them.

    `tokenizer` is a file, `max_tokens` the limit at which texts are cut; `kind` and `passage_prefix` as in a manifest.
    """
    from sentence_transformers import CrossEncoder, SentenceTransformer  # noqa: PLC0415
    from torch.nn import Identity  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(job["tokenizer"])
    if job["kind"] == "reranker":
        model = CrossEncoder(job["source"], device="cpu", local_files_only=True, max_length=job["max_tokens"])
        pairs = text_pairs(job["texts"], tokenizer, job["max_tokens"])
        vectors = model.predict(pairs, activation_fn=Identity()).reshape(-1, 1)
    else:
        encoder = SentenceTransformer(job["source"], device="cpu", local_files_only=True)
        encoder.max_seq_length = job["max_tokens"]
        texts = cut_texts(job["texts"], tokenizer, job["max_tokens"], job["passage_prefix"])
        vectors = encoder.encode(texts, prompt=job["passage_prefix"] or None, show_progress_bar=False)
    np.save(Path(job["into"]) / VECTORS, np.asarray(vectors, dtype=np.float32))


def cut_texts(texts: Sequence[str], tokenizer: Tokenizer, max_tokens: int, prefix: str = "") -> list[str]:
    """Each text's longest beginning that fits the model after the prefix, so that two implementations see the same."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    used = len(tokenizer.encode(prefix, add_special_tokens=False).ids)
    room = max_tokens - used - tokenizer.num_special_tokens_to_add(is_pair=False)
    return [_cut(text, tokenizer, room) for text in texts]


def text_pairs(texts: Sequence[str], tokenizer: Tokenizer, max_tokens: int) -> list[tuple[str, str]]:
    """Each text as a question with another as its passage, each with half of the model's tokens at most."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    room = (max_tokens - tokenizer.num_special_tokens_to_add(is_pair=True)) // 2
    cut = [_cut(text, tokenizer, room) for text in texts]
    return [(cut[place], cut[(place + STRIDE) % len(cut)]) for place in range(len(cut))]


def _cut(text: str, tokenizer: Tokenizer, room: int) -> str:
    offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    while len(offsets) > room:  # a word that was cut may have other tokens than the whole one, so once more
        text = text[: min(offsets[room - 1][1], len(text) - 1)]
        offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    return text


def fetch(job: Mapping[str, Any]) -> None:
    """Hub model `source` into the hub's own cache, at `revision`; its folder is written to the facts.

    Raises `RefusedError` when the hub has none of that name, asks for a login or does not answer.
    """
    from huggingface_hub import snapshot_download  # noqa: PLC0415

    wanted = ["*.json", "*.txt", "*.model", "*.safetensors", "*/config.json", "README.md"]
    try:
        folder = snapshot_download(job["source"], revision=job["revision"], allow_patterns=wanted)
    except OSError as error:  # the base of whatever the hub's client and its connections raise
        raise RefusedError(f"it could not be fetched from the hub: {str(error).strip().splitlines()[0]}") from error
    (Path(job["into"]) / FACTS).write_text(json.dumps({"folder": folder}), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
