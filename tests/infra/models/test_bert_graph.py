import numpy as np
import onnx
import onnxruntime
import pytest

from infra.models.bert_graph import BertShape, bert_graph
from tests.infra.models.numpy_bert import hidden_states
from tests.infra.models.tiny_bert import CONFIG, HEADS, HIDDEN, LAYERS, SHAPE, VOCABULARY, tiny_graph, tiny_weights


def run(ids, mask):
    session = onnxruntime.InferenceSession(tiny_graph().SerializeToString(), providers=["CPUExecutionProvider"])
    ids = np.asarray(ids, dtype=np.int64)
    feeds = {"input_ids": ids, "attention_mask": np.asarray(mask, np.int64), "token_type_ids": np.zeros_like(ids)}
    return session.run(["last_hidden_state"], feeds)[0]


@pytest.mark.parametrize("length", [1, 2, 7, 31, 64])
def test_the_graph_computes_what_the_papers_say(length):
    ids = np.random.default_rng(length).integers(0, len(VOCABULARY), length)
    expected = hidden_states(tiny_weights(), ids, LAYERS, HEADS)
    assert np.abs(run([ids], np.ones((1, length)))[0] - expected).max() < 1e-5


def test_padding_does_not_leak_into_the_tokens_beside_it():
    """FAILURES 37."""
    ids = [2, 5, 9, 3]
    alone = run([ids], [[1, 1, 1, 1]])[0]
    beside_padding = run([[*ids, 11, 12, 13], [4] * 7], [[1, 1, 1, 1, 0, 0, 0], [1] * 7])[0, :4]
    assert np.abs(alone - beside_padding).max() < 1e-5


def test_a_row_of_nothing_but_padding_gives_numbers():
    assert np.isfinite(run([[0, 0, 0]], [[0, 0, 0]])).all()


def test_equal_weights_give_equal_files():
    assert tiny_graph().SerializeToString() == tiny_graph().SerializeToString()


def test_the_graph_is_valid_onnx():
    onnx.checker.check_model(tiny_graph(), full_check=True)


def test_a_weight_that_is_missing_is_named():
    weights = tiny_weights()
    del weights["encoder.layer.1.output.dense.bias"]
    with pytest.raises(KeyError, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        bert_graph(weights, SHAPE)


def test_the_shape_is_read_from_the_configuration():
    assert BertShape.from_config(CONFIG) == BertShape(HIDDEN, LAYERS, HEADS, 1e-12)


@pytest.mark.parametrize(
    "other", [{"model_type": "roberta"}, {"hidden_act": "gelu_new"}, {"position_embedding_type": "relative_key"}]
)
def test_another_architecture_is_refused(other):
    with pytest.raises(ValueError, match=r"BERT|absolute"):
        BertShape.from_config(CONFIG | other)
