import asyncio
import threading
import time

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from infra.onnx_embedder import OnnxEmbedder, open_embedder
from infra.onnx_session import open_session
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_tokenizer
from schemas.failures import ConfigurationError, PermanentError
from tests.infra.models.numpy_bert import hidden_states
from tests.infra.models.tiny_bert import HEADS, HIDDEN, LAYERS, MAX_TOKENS, tiny_graph, tiny_model, tiny_weights

SETTINGS = EmbedderSettings(device="cpu", threads=1, max_batch_tokens=256)
TEXTS = ["The ferry leaves Split.", "Vis?", "bicycles are free " * 12, "a", "seven at seven for seven.", "猫 é 🛥"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def embedder(model):
    opened = open_embedder(Settings(embedder=SETTINGS), model)
    yield opened
    opened.close()


class FakeSession:
    """The real session, and a say in what each run does."""

    def __init__(self, model, change=lambda hidden: hidden):
        self.real = open_session(model, SETTINGS)
        self.change = change
        self.rows = []

    def get_inputs(self):
        return self.real.get_inputs()

    def get_providers(self):
        return self.real.get_providers()

    def run(self, names, feeds):
        self.rows.append(feeds["input_ids"].shape[0])
        return [self.change(self.real.run(names, feeds)[0])]


def embedder_on(model, session):
    return OnnxEmbedder(model, session, open_tokenizer(model), SETTINGS)


async def test_a_vector_is_the_normalised_mean_of_the_papers_hidden_states(embedder, model):
    for text in TEXTS:
        state = hidden_states(tiny_weights(), open_tokenizer(model).encode(text).ids, LAYERS, HEADS).mean(axis=0)
        assert np.abs((await embedder.embed_passages([text]))[0] - state / np.linalg.norm(state)).max() < 1e-5


async def test_a_batch_gives_what_each_text_gives_alone_in_the_order_of_the_texts(embedder):
    """FAILURES 37."""
    texts = [TEXTS[place % len(TEXTS)] for place in range(40)]
    together = await embedder.embed_passages(texts)
    alone = np.concatenate([await embedder.embed_passages([text]) for text in texts])
    assert together.dtype == np.float32
    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-5


async def test_no_texts_give_no_rows(embedder):
    assert (await embedder.embed_passages([])).shape == (0, HIDDEN)


async def test_a_text_over_the_limit_is_refused_by_its_numbers_and_nothing_is_embedded(model):
    """FAILURES 36."""
    session = FakeSession(model)
    embedder = embedder_on(model, session)
    with pytest.raises(PermanentError, match=f"text 1 of 2 has {MAX_TOKENS + 1} tokens and tiny-fp32@.* {MAX_TOKENS}"):
        await embedder.embed_passages(["the", "the " * (MAX_TOKENS - 1)])
    embedder.close()
    assert session.rows == []


async def test_a_text_at_the_limit_is_embedded(embedder):
    assert (await embedder.embed_passages(["the " * (MAX_TOKENS - 2)])).shape == (1, HIDDEN)


async def test_a_question_over_the_limit_is_cut_and_says_so(embedder):
    """FAILURES 36."""
    whole, cut = await embedder.embed_question("the " * (MAX_TOKENS - 2))
    assert not cut
    longer, cut = await embedder.embed_question("the " * (MAX_TOKENS - 2) + "bicycles")
    assert cut
    assert np.abs(whole - longer).max() < 1e-5


async def test_a_question_and_a_passage_of_one_text_are_one_vector(embedder):
    question, _ = await embedder.embed_question(TEXTS[0])
    assert np.abs(question - await embedder.embed_passages([TEXTS[0]])).max() < 1e-5


async def test_a_question_overtakes_the_batches_that_wait(model):
    go = threading.Event()
    session = FakeSession(model, lambda hidden: (go.wait(10), hidden)[1])
    embedder = embedder_on(model, session)
    documents = asyncio.ensure_future(embedder.embed_passages(["the ferry leaves"] * 400))
    while not session.rows:
        await asyncio.sleep(0.01)
    question = asyncio.ensure_future(embedder.embed_question("ferry?"))
    await asyncio.sleep(0.05)
    go.set()
    await asyncio.gather(documents, question)
    embedder.close()
    assert session.rows.index(1) == 1
    assert len(session.rows) > 5


async def test_a_cancelled_callers_batches_are_skipped(model):
    go = threading.Event()
    session = FakeSession(model, lambda hidden: (go.wait(10), hidden)[1])
    embedder = embedder_on(model, session)
    documents = asyncio.ensure_future(embedder.embed_passages(["the ferry leaves"] * 400))
    while not session.rows:
        await asyncio.sleep(0.01)
    documents.cancel()
    with pytest.raises(asyncio.CancelledError):
        await documents
    go.set()
    await embedder.embed_question("ferry?")
    embedder.close()
    assert len(session.rows) == 2


async def test_the_event_loop_stays_responsive_while_texts_are_embedded(model):
    """FAILURES 8: a long document is no reason to miss a heartbeat."""
    embedder = embedder_on(model, FakeSession(model, lambda hidden: (time.sleep(0.3), hidden)[1]))
    documents = asyncio.ensure_future(embedder.embed_passages(TEXTS))
    worst, last = 0.0, time.monotonic()
    while not documents.done():
        await asyncio.sleep(0.01)
        worst, last = max(worst, time.monotonic() - last), time.monotonic()
    embedder.close()
    assert worst < 0.25


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
async def test_vectors_that_are_no_use_are_refused_with_one_plain_error(model, bad):
    """FAILURES 38: and the error is not wrapped in a group, by which nobody could tell its kind."""

    def spoilt(hidden):
        hidden[-1] = bad
        return hidden

    embedder = embedder_on(model, FakeSession(model, spoilt))
    with pytest.raises(PermanentError, match="zero or not numbers"):
        await embedder.embed_passages(TEXTS * 10)
    with pytest.raises(PermanentError, match="zero or not numbers"):
        await embedder.embed_question("ferry?")
    embedder.close()


async def test_vectors_of_another_dimension_are_refused(model):
    embedder = embedder_on(model, FakeSession(model, lambda hidden: hidden[:, :, :8]))
    with pytest.raises(PermanentError, match=r"shape \(1, 8\), not \(1, 32\)"):
        await embedder.embed_passages(["a"])
    embedder.close()


async def test_a_call_after_close_fails_and_does_not_hang(model):
    embedder = open_embedder(Settings(embedder=SETTINGS), model)
    embedder.close()
    for call in (embedder.embed_passages(["a"]), embedder.embed_question("a")):
        with pytest.raises(RuntimeError, match="onnx-embedder is closed"):
            await asyncio.wait_for(call, 10)


def test_a_graph_with_an_unknown_input_is_refused_at_the_start(tmp_path):
    """FAILURES 35."""
    graph = tiny_graph()
    graph.graph.input.append(helper.make_tensor_value_info("position_ids", TensorProto.INT64, ["batch", "sequence"]))
    with pytest.raises(ConfigurationError, match="position_ids"):
        open_embedder(Settings(embedder=SETTINGS), tiny_model(tmp_path, graph))


async def test_a_graph_without_token_types_gives_the_same_vectors(embedder, tmp_path):
    """FAILURES 35."""
    graph = tiny_graph()
    kept = [each for each in graph.graph.input if each.name != "token_type_ids"]
    del graph.graph.input[:]
    graph.graph.input.extend(kept)
    zeros = helper.make_node("Sub", ["input_ids", "input_ids"], ["token_type_ids"])
    graph.graph.node.insert(0, zeros)
    onnx.checker.check_model(graph)
    other = open_embedder(Settings(embedder=SETTINGS), tiny_model(tmp_path, graph))
    assert np.abs(await other.embed_passages(TEXTS) - await embedder.embed_passages(TEXTS)).max() < 1e-6
    other.close()


def narrowed(graph, kind):
    """The graph with inputs of another kind."""
    for given in list(graph.graph.input):
        given.type.tensor_type.elem_type = kind
        for node in graph.graph.node:
            node.input[:] = [f"{given.name}-wide" if name == given.name else name for name in node.input]
        cast = helper.make_node("Cast", [given.name], [f"{given.name}-wide"], to=TensorProto.INT64)
        graph.graph.node.insert(0, cast)
    return graph


async def test_a_graph_with_ids_of_32_bits_gives_the_same_vectors(embedder, tmp_path):
    """FAILURES 35."""
    other = open_embedder(Settings(embedder=SETTINGS), tiny_model(tmp_path, narrowed(tiny_graph(), TensorProto.INT32)))
    assert np.array_equal(await other.embed_passages(TEXTS), await embedder.embed_passages(TEXTS))
    other.close()


def test_a_graph_with_ids_that_are_no_integers_is_refused(tmp_path):
    """FAILURES 35."""
    with pytest.raises(ConfigurationError, match="attention_mask, input_ids, token_type_ids"):
        open_embedder(Settings(embedder=SETTINGS), tiny_model(tmp_path, narrowed(tiny_graph(), TensorProto.FLOAT)))


def test_a_model_that_gives_no_vectors_leaves_no_threads_behind(tmp_path):
    before = set(threading.enumerate())
    with pytest.raises(PermanentError, match="gave shape"):
        open_embedder(Settings(embedder=SETTINGS), tiny_model(tmp_path, dimension=31))
    assert set(threading.enumerate()) <= before


async def test_prefixes_stand_before_what_is_embedded_and_count(embedder, tmp_path):
    """FAILURES 36."""
    other = open_embedder(
        Settings(embedder=SETTINGS), tiny_model(tmp_path, query_prefix="ferry: ", passage_prefix="bicycles are ")
    )
    passages = await embedder.embed_passages(["bicycles are free", "ferry: free"])
    assert np.abs(await other.embed_passages(["free"]) - passages[:1]).max() < 1e-6
    assert np.abs((await other.embed_question("free"))[0] - passages[1:]).max() < 1e-6
    with pytest.raises(PermanentError, match=f"has {MAX_TOKENS + 1} tokens"):
        await other.embed_passages(["the " * (MAX_TOKENS - 3)])
    other.close()


async def test_a_model_with_cls_pooling_gives_the_first_tokens_state(tmp_path):
    model = tiny_model(tmp_path, pooling="cls")
    other = open_embedder(Settings(embedder=SETTINGS), model)
    for text in TEXTS:
        state = hidden_states(tiny_weights(), open_tokenizer(model).encode(text).ids, LAYERS, HEADS)[0]
        assert np.abs((await other.embed_passages([text]))[0] - state / np.linalg.norm(state)).max() < 1e-5
    other.close()


def test_padding_is_the_models_own(tmp_path):
    embedder = open_embedder(Settings(embedder=SETTINGS), tiny_model(tmp_path, padding="[SEP]"))
    embedder.close()
    assert embedder._engine._pad_id == 3


def test_a_reranker_is_refused_where_vectors_are_wanted(tmp_path):
    with pytest.raises(ConfigurationError, match="is a reranker and gives no vectors"):
        open_embedder(Settings(embedder=SETTINGS), tiny_model(tmp_path, kind="reranker"))


def test_the_session_is_asked_where_it_runs(embedder):
    assert embedder.running.providers == ["CPUExecutionProvider"]
    assert (embedder.running.workers, embedder.running.max_batch_tokens) == (1, 256)
