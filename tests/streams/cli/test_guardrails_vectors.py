import contextlib

import numpy as np

from agents.ports import Subject
from infra.settings import Settings
from schemas.failures import ConfigurationError
from streams.cli import guardrails_vectors
from streams.cli.guardrails_vectors import Vectors


class Model:
    embedder_id = "tiny@1"
    closed = False

    async def embed_question(self, text):
        text.encode("utf-8")
        return np.full((1, 2), len(text), np.float32), False

    def close(self):
        self.closed = True


class Asks:
    """Wants vectors of questions."""

    def uses_vector(self, tenant, stage):
        return stage == "question"


def subjects(*texts, stage="question"):
    return [Subject(stage=stage, text=text, tenant="default") for text in texts]


async def filled(monkeypatch, given, model=None):
    def open_it(*_):
        if model is None:
            raise ConfigurationError("the model is not here yet")
        return model

    monkeypatch.setattr(guardrails_vectors, "chosen_model", lambda _: None)
    monkeypatch.setattr(guardrails_vectors, "open_embedder", open_it)
    async with contextlib.AsyncExitStack() as stack:
        vectors = Vectors(Settings(), stack, machine=False)
        return await vectors.filled(given, Asks()), vectors.embedder_id


async def test_questions_get_their_vector_in_order_and_the_embedder_is_closed(monkeypatch):
    model = Model()
    found, embedder_id = await filled(monkeypatch, subjects("a", "abc"), model)
    assert [(each.text, each.vector[0, 0], each.embedder_id) for each in found] == [
        ("a", 1.0, "tiny@1"),
        ("abc", 3.0, "tiny@1"),
    ]
    assert (embedder_id, model.closed) == ("tiny@1", True)


async def test_what_no_rule_wants_a_vector_of_opens_no_model(monkeypatch):
    found, embedder_id = await filled(monkeypatch, subjects("a", stage="answer"), Model())
    assert (found[0].vector, embedder_id) == (None, None)


async def test_without_the_model_rules_go_without_and_a_person_is_told(monkeypatch, capsys):
    found, embedder_id = await filled(monkeypatch, subjects("a"))
    assert (found[0].vector, embedder_id) == (None, None)
    assert "go without it: the model is not here yet" in capsys.readouterr().err


async def test_a_lone_surrogate_is_embedded_as_a_replacement(monkeypatch):
    found, _ = await filled(monkeypatch, subjects("a\ud800"), Model())
    assert found[0].vector[0, 0] == 2
    assert found[0].text == "a\ud800"
