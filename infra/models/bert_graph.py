"""A BERT's weights and configuration in, the ONNX graph of its encoder out, without torch.

Follows the original post-norm encoder (Devlin et al., "BERT", 2018, section 3; Vaswani et al., "Attention Is All You
Need", 2017, sections 3.1 to 3.3) in the form in which Hugging Face names its tensors. The weights go into the graph as
they are, so equal files give equal graphs.
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
CONTRIB = "com.microsoft"
"""ONNX Runtime's own operators. Its MultiHeadAttention is the whole of section 3.2.2 in one kernel, on CPU and CUDA."""

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
    mask = graph.padding_mask()
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

    def padding_mask(self) -> str:
        """int32 (batch, sequence): 1 for tokens, 0 for padding."""
        return self.node("Cast", ["attention_mask"], "padding_mask", to=TensorProto.INT32)

    def layer(self, prefix: str, hidden: str, mask: str) -> str:
        attended = self.attention(f"{prefix}.attention", hidden, mask)
        inner = self.linear(f"{prefix}.intermediate.dense", attended)
        outer = self.linear(f"{prefix}.output.dense", self.gelu(f"{prefix}.gelu", inner))
        added = self.node("Add", [outer, attended], f"{prefix}.output.added")
        return self.layer_norm(f"{prefix}.output.LayerNorm", added)

    def attention(self, prefix: str, hidden: str, mask: str) -> str:
        parts = [f"{prefix}.self.{part}" for part in ("query", "key", "value")]
        products = [self.product(part, hidden) for part in parts]
        biases = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        bias = self.constant(f"{prefix}.self.bias", biases)
        mixed = f"{prefix}.mixed"
        self.node("MultiHeadAttention", [*products, bias, mask], mixed, domain=CONTRIB, num_heads=self.shape.heads)
        output = self.linear(f"{prefix}.output.dense", mixed)
        return self.layer_norm(
            f"{prefix}.output.LayerNorm", self.node("Add", [output, hidden], f"{prefix}.output.added")
        )

    def product(self, prefix: str, given: str) -> str:
        weight = self.constant(f"{prefix}.weight", self.weights[f"{prefix}.weight"].T)
        return self.node("MatMul", [given, weight], f"{prefix}.product")

    def linear(self, prefix: str, given: str) -> str:
        return self.node("Add", [self.product(prefix, given), self.weight(f"{prefix}.bias")], f"{prefix}.out")

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
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="ragstream")
        model.ir_version = 8  # the one that belongs to opset 17; newer ones need newer runtimes
        return model
