"""A BERT's weights and configuration in, the ONNX graph of its encoder out, without torch.

Follows the original post-norm encoder (Devlin et al., "BERT", 2018, section 3; Vaswani et al., "Attention Is All You
Need", 2017, sections 3.1 to 3.3) in the form in which Hugging Face names its tensors. Query, key and value share one
product, which is a third of the calls. The weights go into the graph as they are, so equal files give equal graphs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
"""The first with LayerNormalization."""
MASKED = -1e9
"""Added to the scores of padding before the softmax: far below any score, and finite, so that no NaN can arise."""

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class BertShape:
    """The numbers of a BERT's configuration that its graph depends on."""

    hidden: int
    layers: int
    heads: int
    epsilon: float

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "BertShape":
        """Raises `ValueError` for a `config.json` of another architecture."""
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            raise ValueError("not a BERT with erf-GELU: this graph would compute something else")
        if config.get("position_embedding_type", "absolute") != "absolute":
            raise ValueError("only absolute position embeddings are supported")
        return cls(
            config["hidden_size"],
            config["num_hidden_layers"],
            config["num_attention_heads"],
            config["layer_norm_eps"],
        )


def bert_graph(weights: Weights, shape: BertShape) -> onnx.ModelProto:
    """Inputs `input_ids`, `attention_mask`, `token_type_ids`, int64 (batch, sequence); output `last_hidden_state`,
    float32 (batch, sequence, hidden). Raises `KeyError` for a weight that is missing."""  # noqa: D205, D209
    graph = _Graph(weights, shape)
    hidden = graph.embeddings()
    mask = graph.additive_mask()
    for layer in range(shape.layers):
        hidden = graph.layer(f"encoder.layer.{layer}", hidden, mask)
    graph.node("Identity", [hidden], "last_hidden_state")
    return graph.model()


class _Graph:
    def __init__(self, weights: Weights, shape: BertShape) -> None:
        self.weights = weights
        self.shape = shape
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"{output}/{operator}", **attributes))
        return output

    def constant(self, name: str, value: Any, dtype: Any = np.float32) -> str:
        if name not in self.constants:
            array = np.ascontiguousarray(np.asarray(value, dtype=dtype))
            self.constants[name] = numpy_helper.from_array(array, name)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def embeddings(self) -> str:
        words = self.node("Gather", [self.weight("embeddings.word_embeddings.weight"), "input_ids"], "words")
        types = self.node("Gather", [self.weight("embeddings.token_type_embeddings.weight"), "token_type_ids"], "types")
        length = self.node("Shape", ["input_ids"], "length", start=1, end=2)
        zero, first = self.constant("zero", [0], np.int64), self.constant("first_axis", [0], np.int64)
        table = self.weight("embeddings.position_embeddings.weight")
        positions = self.node("Slice", [table, zero, length, first], "positions")
        both = self.node("Add", [words, types], "words_types")
        return self.layer_norm("embeddings.LayerNorm", self.node("Add", [both, positions], "embedded"))

    def additive_mask(self) -> str:
        """(batch, 1, 1, sequence): 0 for tokens, `MASKED` for padding."""
        kept = self.node("Cast", ["attention_mask"], "kept", to=TensorProto.FLOAT)
        wide = self.node("Unsqueeze", [kept, self.constant("mask_axes", [1, 2], np.int64)], "kept_wide")
        missing = self.node("Sub", [self.constant("one", 1.0), wide], "missing")
        return self.node("Mul", [missing, self.constant("masked", MASKED)], "mask")

    def layer(self, prefix: str, hidden: str, mask: str) -> str:
        attended = self.attention(f"{prefix}.attention", hidden, mask)
        inner = self.linear(f"{prefix}.intermediate.dense", attended)
        outer = self.linear(f"{prefix}.output.dense", self.gelu(f"{prefix}.gelu", inner))
        added = self.node("Add", [outer, attended], f"{prefix}.output.added")
        return self.layer_norm(f"{prefix}.output.LayerNorm", added)

    def attention(self, prefix: str, hidden: str, mask: str) -> str:
        size = self.shape.hidden // self.shape.heads
        names = [f"{prefix}.self.{part}" for part in ("query", "key", "value")]
        packed = self.constant(
            f"{prefix}.self.qkv.weight", np.concatenate([self.weights[f"{name}.weight"].T for name in names], axis=1)
        )
        bias = self.constant(
            f"{prefix}.self.qkv.bias", np.concatenate([self.weights[f"{name}.bias"] for name in names])
        )
        product = self.node("MatMul", [hidden, packed], f"{prefix}.qkv.product")
        biased = self.node("Add", [product, bias], f"{prefix}.qkv")
        parts = [f"{prefix}.{part}.packed" for part in ("q", "k", "v")]
        self.nodes.append(helper.make_node("Split", [biased], parts, name=f"{prefix}.qkv/Split", axis=-1))
        split = self.constant("head_shape", [0, 0, self.shape.heads, size], np.int64)
        heads = [self.node("Reshape", [part, split], f"{part}.heads") for part in parts]
        query = self.node("Transpose", [heads[0]], f"{prefix}.q", perm=[0, 2, 1, 3])
        key = self.node("Transpose", [heads[1]], f"{prefix}.k", perm=[0, 2, 3, 1])
        value = self.node("Transpose", [heads[2]], f"{prefix}.v", perm=[0, 2, 1, 3])
        raw = self.node("MatMul", [query, key], f"{prefix}.raw_scores")
        scaled = self.node("Div", [raw, self.constant("root_of_head_size", np.sqrt(size))], f"{prefix}.scores")
        masked = self.node("Add", [scaled, mask], f"{prefix}.masked_scores")
        shares = self.node("Softmax", [masked], f"{prefix}.shares", axis=-1)
        mixed = self.node("MatMul", [shares, value], f"{prefix}.mixed")
        together = self.node("Transpose", [mixed], f"{prefix}.together", perm=[0, 2, 1, 3])
        joined = self.constant("joined_shape", [0, 0, self.shape.hidden], np.int64)
        flat = self.node("Reshape", [together, joined], f"{prefix}.flat")
        output = self.linear(f"{prefix}.output.dense", flat)
        return self.layer_norm(
            f"{prefix}.output.LayerNorm", self.node("Add", [output, hidden], f"{prefix}.output.added")
        )

    def linear(self, prefix: str, given: str) -> str:
        weight = self.constant(f"{prefix}.weight", self.weights[f"{prefix}.weight"].T)
        product = self.node("MatMul", [given, weight], f"{prefix}.product")
        return self.node("Add", [product, self.weight(f"{prefix}.bias")], f"{prefix}.out")

    def gelu(self, prefix: str, given: str) -> str:
        """x/2 (1 + erf(x / sqrt 2)), in the order of operations that ONNX Runtime fuses into one kernel."""
        scaled = self.node("Div", [given, self.constant("root_of_two", np.sqrt(2))], f"{prefix}.scaled")
        raised = self.node("Erf", [scaled], f"{prefix}.erf")
        shifted = self.node("Add", [raised, self.constant("one", 1.0)], f"{prefix}.shifted")
        doubled = self.node("Mul", [given, shifted], f"{prefix}.doubled")
        return self.node("Mul", [doubled, self.constant("half", 0.5)], f"{prefix}.out")

    def layer_norm(self, prefix: str, given: str) -> str:
        scale, bias = self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")
        return self.node(
            "LayerNormalization", [given, scale, bias], f"{prefix}.out", axis=-1, epsilon=self.shape.epsilon
        )

    def model(self) -> onnx.ModelProto:
        axes = ["batch", "sequence"]
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, axes)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*axes, self.shape.hidden])
        graph = helper.make_graph(self.nodes, "bert", inputs, [output], list(self.constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="ragstream")
        model.ir_version = 8  # the one that belongs to opset 17; newer ones need newer runtimes
        return model
