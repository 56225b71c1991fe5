"""What of the script needs no torch; the rest was run by hand, and `models verify --against` runs it again."""

import json

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper
from tokenizers import Tokenizer

from infra.models import export_script
from infra.models.export_script import (
    RefusedError,
    cut_texts,
    kind_of,
    main,
    pooling_of,
    positions_of,
    text_pairs,
    token_limit,
)
from infra.models.reference_texts import reference_texts
from tests.infra.models.tiny_bert import MAX_TOKENS, tokenizer_bytes

WORDS = st.lists(st.sampled_from(["the", "ferry", "leavesing", "猫", "zzz", ".", "🛥"]), max_size=90).map(" ".join)


def tokenizer():
    return Tokenizer.from_buffer(tokenizer_bytes())


@given(WORDS)
def test_a_text_is_cut_to_the_limit_and_no_further(text):
    (cut,) = cut_texts([text], tokenizer(), 32, "the ferry: ")
    plain = Tokenizer.from_buffer(tokenizer_bytes())
    plain.no_truncation()
    plain.no_padding()
    tokens = len(plain.encode("the ferry: " + cut).ids)
    assert text.startswith(cut)
    assert tokens <= 32
    assert cut == text or tokens >= 31


def test_pairs_are_of_different_texts_and_fit_together():
    texts = reference_texts()
    pairs = text_pairs(texts, tokenizer(), MAX_TOKENS)
    plain = Tokenizer.from_buffer(tokenizer_bytes())
    plain.no_truncation()
    plain.no_padding()
    assert len(pairs) == len(texts)
    assert all(question != passage for question, passage in pairs)
    assert max(len(plain.encode(question, passage).ids) for question, passage in pairs) <= MAX_TOKENS


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"architectures": ["BertModel"]}, "embedder"),
        ({}, "embedder"),
        ({"architectures": ["BertForSequenceClassification"], "id2label": {"0": "LABEL_0"}}, "reranker"),
    ],
)
def test_the_architecture_says_what_a_model_is_for(config, kind):
    assert kind_of(config) == kind


@pytest.mark.parametrize("labels", [{}, {"id2label": {"0": "no", "1": "yes"}}])
def test_a_classifier_of_several_labels_is_refused(labels):
    with pytest.raises(RefusedError, match="2 labels is no reranker"):
        kind_of({"architectures": ["BertForSequenceClassification"], **labels})


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode": "mean", "include_prompt": True}, "mean"),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode_cls_token": True}, "cls"),
    ],
)
def test_pooling_is_read_in_its_old_form_and_its_new_one(config, pooling):
    assert pooling_of(config) == pooling


@pytest.mark.parametrize(
    "config",
    [
        {"pooling_mode": "lasttoken"},
        {"pooling_mode_max_tokens": True},
        {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True},
        {"pooling_mode": "mean", "include_prompt": False},
        {},
    ],
    ids=str,
)
def test_pooling_that_cannot_be_run_is_refused(config):
    with pytest.raises(RefusedError, match="mean and cls over all tokens can be run"):
        pooling_of(config)


@pytest.mark.parametrize(
    ("said", "positions", "limit"), [(256, 512, 256), (None, 512, 512), (10**30, 514, 514), (512, 512, 512)]
)
def test_a_limit_is_what_the_model_says_within_its_positions(said, positions, limit):
    assert token_limit(said, positions) == limit


@pytest.mark.parametrize(
    ("config", "positions"),
    [
        ({"model_type": "bert", "max_position_embeddings": 512, "pad_token_id": 0}, 512),
        ({"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1}, 512),
    ],
)
def test_positions_that_go_to_padding_are_not_counted(config, positions):
    assert positions_of(config) == positions


def test_a_model_that_does_not_say_how_much_it_takes_is_refused():
    with pytest.raises(RefusedError, match="does not say how many positions"):
        positions_of({"model_type": "t5"})


def with_domain(domain):
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "w"], ["product"]),
            helper.make_node("Gelu", ["product"], ["y"], domain=domain),
        ],
        "two",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["rows", 2])],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["rows", 2])],
        [helper.make_tensor("w", onnx.TensorProto.FLOAT, [2, 2], [1.0, 0.0, 0.0, 1.0])],
    )
    return helper.make_model(graph)


def test_products_get_their_type_where_inference_ends_at_an_operator_of_another_domain(tmp_path):
    onnx.save(with_domain("com.microsoft"), tmp_path / "model.onnx")
    typed = export_script._typed(tmp_path / "model.onnx", tmp_path)
    (info,) = onnx.load(typed).graph.value_info
    assert (info.name, info.type.tensor_type.elem_type) == ("product", onnx.TensorProto.FLOAT)


def test_a_graph_of_standard_operators_is_quantised_as_it_is(tmp_path):
    onnx.save(with_domain(""), tmp_path / "model.onnx")
    assert export_script._typed(tmp_path / "model.onnx", tmp_path) == tmp_path / "model.onnx"


def test_a_graph_is_taken_under_our_name_and_its_weights_under_theirs(tmp_path):
    made, into = tmp_path / "made", tmp_path / "into"
    for folder in (made, into):
        folder.mkdir()
    for name in ("model_quantized.onnx", "model.onnx_data", "ort_config.json"):
        (made / name).touch()
    export_script._take_graph(made, into)
    assert sorted(path.name for path in into.iterdir()) == ["model.onnx", "model.onnx_data"]


def test_tools_are_named_with_their_versions():
    assert export_script.tools("onnx", "numpy") == f"onnx {onnx.__version__}, numpy {np.__version__}"


def test_a_refusal_is_left_as_one_sentence(tmp_path, monkeypatch):
    def refuse(_):
        raise RefusedError("it is a picture")

    monkeypatch.setattr(export_script, "export", refuse)
    (tmp_path / "job.json").write_text(json.dumps({"do": "export", "into": str(tmp_path)}))
    assert main(str(tmp_path / "job.json")) == 1
    assert (tmp_path / "refused.txt").read_text() == "it is a picture"


def test_a_job_that_is_done_leaves_no_refusal(tmp_path, monkeypatch):
    monkeypatch.setattr(export_script, "embed", lambda job: np.save(tmp_path / "vectors.npy", np.array(job["texts"])))
    (tmp_path / "job.json").write_text(json.dumps({"do": "embed", "into": str(tmp_path), "texts": [1]}))
    assert main(str(tmp_path / "job.json")) == 0
    assert not (tmp_path / "refused.txt").exists()
