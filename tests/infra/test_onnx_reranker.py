import asyncio
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers.processors import TemplateProcessing

from infra.onnx_embedder import OnnxEmbedder
from infra.onnx_reranker import OnnxReranker, configured_reranker, open_reranker
from infra.onnx_session import open_session
from infra.settings import EmbedderSettings, RerankerSettings, Settings
from infra.token_counter import open_tokenizer
from schemas.failures import ConfigurationError, PermanentError
from schemas.questions import MAX_QUESTION_CHARACTERS
from tests.contracts.reranker_contract import QUESTION, TEXTS, RerankerContract
from tests.infra.models.tiny_bert import MAX_TOKENS, tiny_graph, tiny_model
from tests.infra.models.tiny_cross_encoder import cross_encoder_graph, logit, tiny_cross_encoder

SETTINGS = EmbedderSettings(device="cpu", threads=1, max_batch_tokens=256)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_cross_encoder(tmp_path_factory.mktemp("tiny-cross"))


@pytest.fixture
def reranker(model):
    opened = open_reranker(model, SETTINGS)
    yield opened
    opened.close()


class FakeSession:
    """The real session, with what each run was fed and a say in what it gives."""

    def __init__(self, model, change=lambda logits: logits):
        self.real = open_session(model, SETTINGS)
        self.change = change
        self.fed = []

    def get_inputs(self):
        return self.real.get_inputs()

    def get_providers(self):
        return self.real.get_providers()

    def run(self, names, feeds):
        self.fed.append(feeds)
        return [self.change(self.real.run(names, feeds)[0])]

    def rows(self):
        """Tokens and types of every row, without its padding."""
        for feeds in self.fed:
            for ids, types, mask in zip(
                *(feeds[name] for name in sorted(feeds)[1:]), feeds["attention_mask"], strict=True
            ):
                kept = mask.astype(bool)
                yield ids[kept].tolist(), types[kept].tolist()


def reranker_on(model, session):
    return OnnxReranker(model, session, open_tokenizer(model), SETTINGS)


class TestOnnxReranker(RerankerContract):
    pass


async def test_a_score_is_the_logit_of_the_papers_formulas(reranker, model):
    tokenizer = open_tokenizer(model)
    short = [text for text in TEXTS if len(tokenizer.encode(QUESTION, text).ids) <= MAX_TOKENS]
    assert len(short) > 4
    pairs = [tokenizer.encode(QUESTION, text) for text in short]
    expected = [logit(pair.ids, pair.type_ids) for pair in pairs]
    assert np.abs(await reranker.scores(QUESTION, short) - expected).max() < 1e-4
    assert len(set(np.round(expected, 3))) > 3


async def test_a_pair_is_joined_with_types_and_cut_on_the_side_of_the_passage(model):
    session = FakeSession(model)
    reranker = reranker_on(model, session)
    await reranker.scores("the ferry", ["vis " * 100])
    ((ids, types),) = session.rows()
    tokens = [open_tokenizer(model).id_to_token(each) for each in ids]
    assert tokens == ["[CLS]", "the", "ferry", "[SEP]", *["vis"] * (MAX_TOKENS - 5), "[SEP]"]
    assert types == [0] * 4 + [1] * (MAX_TOKENS - 4)
    reranker.close()


async def test_a_question_leaves_half_of_the_limit_to_the_passage(model):
    session = FakeSession(model)
    reranker = reranker_on(model, session)
    await reranker.scores("the " * 100, ["vis " * 100])
    ((ids, types),) = session.rows()
    room = MAX_TOKENS - 3
    assert len(ids) == MAX_TOKENS
    assert types.count(0) == room // 2 + 2
    reranker.close()


TEMPLATE = TemplateProcessing(
    single="[CLS] $A [SEP]",
    pair="[CLS] $A [SEP] [SEP] $B:1 [SEP]:1",
    special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
)


@pytest.mark.parametrize("template", [None, TEMPLATE], ids=["as it is", "as of RoBERTa"])
@given(asked=st.integers(1, 80), answered=st.integers(1, 80))
def test_a_cut_pair_is_that_of_the_beginnings(model, template, asked, answered):
    question, text = " ".join(["the"] * asked), " ".join(["vis"] * answered)
    tokenizer = open_tokenizer(model)
    if template is not None:
        tokenizer.post_processor = template
    reranker = OnnxReranker(model, FakeSession(model), tokenizer, SETTINGS)
    (row,) = reranker._paired(question, [text])
    reranker.close()
    room = MAX_TOKENS - tokenizer.num_special_tokens_to_add(is_pair=True)
    first = min(asked, room // 2)
    second = min(answered, room - first)
    expected = tokenizer.encode(" ".join(["the"] * first), " ".join(["vis"] * second))
    assert (row.ids, row.types) == (expected.ids, expected.type_ids)


def test_the_longest_question_costs_no_more_than_its_tokens(model):
    """What is cut off a question and a text was paired too, each piece with each."""
    reranker = reranker_on(model, FakeSession(model))
    began = time.process_time()
    rows = reranker._paired("a " * (MAX_QUESTION_CHARACTERS // 2), ["vis " * 250] * 50)
    assert time.process_time() - began < 1
    assert {len(row.ids) for row in rows} == {MAX_TOKENS}
    reranker.close()


async def test_batches_stay_within_the_budget(model):
    session = FakeSession(model)
    reranker = reranker_on(model, session)
    await reranker.scores(QUESTION, TEXTS * 10)
    assert len(session.fed) > 5
    assert all(feeds["input_ids"].size <= SETTINGS.max_batch_tokens for feeds in session.fed)
    reranker.close()


@pytest.mark.parametrize(
    "change", [lambda logits: logits * np.nan, lambda logits: np.repeat(logits, 2, axis=1)], ids=["nan", "two labels"]
)
async def test_what_is_no_score_is_refused(model, change):
    reranker = reranker_on(model, FakeSession(model, change))
    with pytest.raises(PermanentError, match="tiny-cross"):
        await reranker.scores(QUESTION, TEXTS)
    reranker.close()


def test_an_embedder_is_no_reranker_and_the_other_way_round(model, tmp_path):
    embedder = tiny_model(tmp_path)
    with pytest.raises(ConfigurationError, match="embedder"):
        open_reranker(embedder, SETTINGS)
    with pytest.raises(ConfigurationError, match="reranker"):
        OnnxEmbedder(model, open_session(model, SETTINGS), open_tokenizer(model), SETTINGS)


@pytest.mark.parametrize("graph", [cross_encoder_graph(labels=3), tiny_graph()], ids=["three labels", "hidden states"])
def test_a_graph_that_gives_no_single_score_is_refused_when_it_is_opened(tmp_path, graph):
    with pytest.raises(ConfigurationError, match="is no reranker"):
        open_reranker(tiny_cross_encoder(tmp_path, graph), SETTINGS)


def test_without_a_model_in_the_settings_there_is_no_reranker():
    assert configured_reranker(Settings()) is None


async def test_the_settings_name_a_folder(model):
    settings = Settings(embedder=SETTINGS, reranker=RerankerSettings(model=str(model.path)))
    reranker = configured_reranker(settings)
    assert reranker is not None
    assert reranker.reranker_id == model.model_id
    reranker.close()


@pytest.mark.parametrize("name", ["nothing-of-that-name", "/no/such/folder"])
def test_a_model_that_is_not_here_is_refused_by_the_name_of_its_setting(name, tmp_path):
    settings = Settings(cache=tmp_path, reranker=RerankerSettings(model=name))
    with pytest.raises(ConfigurationError, match="RAGSTREAM_RERANKER__MODEL cannot be used"):
        configured_reranker(settings)


async def test_who_gives_up_leaves_no_runs_behind(model):
    running, gate = threading.Event(), threading.Event()

    def held(logits):
        running.set()
        gate.wait(5)
        return logits

    session = FakeSession(model, held)
    reranker = reranker_on(model, session)
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(reranker.scores(QUESTION, TEXTS * 20))
        await asyncio.to_thread(running.wait, 5)
        asked.cancel()
    gate.set()
    await asyncio.to_thread(reranker.close)
    assert len(session.fed) == 1
