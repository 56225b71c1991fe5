"""What of the script needs no torch; the rest was run by hand, and `models verify --against` runs it again."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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
