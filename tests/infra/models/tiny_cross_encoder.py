"""The tiny BERT with a pooler and a classifier over its first token: a reranker that needs no download."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from infra.models.model_folder import ModelFolder
from tests.infra.models.numpy_bert import hidden_states
from tests.infra.models.tiny_bert import HEADS, HIDDEN, LAYERS, tiny_graph, tiny_model, tiny_weights


def head_weights(labels: int = 1) -> dict[str, NDArray[np.float32]]:
    """Named as Hugging Face names them, but transposed: `state @ weight`."""
    random = np.random.default_rng(11)
    shapes = {
        "pooler.dense.weight": (HIDDEN, HIDDEN),
        "pooler.dense.bias": (HIDDEN,),
        "classifier.weight": (HIDDEN, labels),
        "classifier.bias": (labels,),
    }
    return {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def cross_encoder_graph(labels: int = 1) -> onnx.ModelProto:
    """Output `logits`, float32 (batch, labels)."""
    model = tiny_graph()
    constants = {**head_weights(labels), "first": np.asarray(0, np.int64)}
    steps = [
        ("Gather", ["last_hidden_state", "first"], "first_token", {"axis": 1}),
        ("MatMul", ["first_token", "pooler.dense.weight"], "pooler.product", {}),
        ("Add", ["pooler.product", "pooler.dense.bias"], "pooler.sum", {}),
        ("Tanh", ["pooler.sum"], "pooler.out", {}),
        ("MatMul", ["pooler.out", "classifier.weight"], "classifier.product", {}),
        ("Add", ["classifier.product", "classifier.bias"], "logits", {}),
    ]
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    model.graph.node.extend(helper.make_node(kind, given, [out], **more) for kind, given, out, more in steps)
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", labels]))
    return model


def logit(ids: list[int], types: list[int]) -> float:
    """What the graph should give for one pair, from the papers' formulas in double precision."""
    head = {name: value.astype(np.float64) for name, value in head_weights().items()}
    first = hidden_states(tiny_weights(), ids, LAYERS, HEADS, types)[0]
    pooled = np.tanh(first @ head["pooler.dense.weight"] + head["pooler.dense.bias"])
    return float((pooled @ head["classifier.weight"] + head["classifier.bias"])[0])


def tiny_cross_encoder(folder: Path, graph: onnx.ModelProto | None = None) -> ModelFolder:
    """The reranker, or another graph under its manifest, written into `folder` and read back."""
    facts = {"name": "tiny-cross", "kind": "reranker", "dimension": 1}
    return tiny_model(folder, graph or cross_encoder_graph(), **facts)
