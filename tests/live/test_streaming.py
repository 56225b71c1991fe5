"""Answers of a language model on real servers: read as they are released, and made up for whatever the model does."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from uuid import uuid4

import pytest

from infra.settings import Settings
from schemas.answers import Answer, AnswerDelta, AnswerServed
from schemas.documents import DocumentUpserted
from streams.client import RagstreamClient
from streams.client_reader import TopicReader
from streams.codec import decode
from streams.topics import ANSWERS, TopicNames
from tests.infra.scripted_llm import CUT, HOLD, Reply, chunk, refuses, says
from tests.live.scripted_model import ScriptedModel, scripted_model
from tests.live.workers import ragstream

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

FERRY = "The ferry to Vis leaves Split at seven in the evening. Bicycles travel free of charge."
QUESTION = "When does the ferry to Vis leave Split?"
LEAVES, FREE = "The ferry to Vis leaves Split at seven [1].", " Bicycles are free of charge [1]."
DEADLINE_MS = 8_000
ASKED: set[str] = set()
"""Ids of the questions of this module."""
LIMITS = {"FIRST_TOKEN_TIMEOUT_S": "2", "STALL_TIMEOUT_S": "1", "RETRIES": "1", "BREAKER_FAILURES": "1000"}

FAILURES = {
    "dies on the way": Reply([chunk(f"{LEAVES} Bi"), CUT]),
    "dies at once": Reply([CUT]),
    "stalls on the way": Reply([chunk(f"{LEAVES} Bi"), HOLD]),
    "says nothing": Reply([HOLD]),
    "writes garbage": Reply([b"<html>Bad gateway</html>"], headers={"Content-Type": "text/html"}),
    "writes half an event": Reply([b'data: {"choices": [{"del\n\n']),
    "is broken": refuses(500, "out of memory"),
    "limits rates": refuses(429, "slow down", Retry_After="60"),
    "refuses": refuses(400, "no such model"),
    "invents": says("The ferry leaves at midnight, and it is green."),
}


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as model:
        yield model


@pytest.fixture(scope="module")
def workers(live_stack: Settings, model: ScriptedModel) -> Iterator[Settings]:
    """One worker of each role, of which the one that answers asks the scripted model."""
    settings = live_stack.model_copy(
        update={"namespace": f"llm{uuid4().hex[:8]}", "home": live_stack.home / f"llm{uuid4().hex[:6]}"}
    )
    named = {"KIND": "openai", "BASE_URL": model.base_url, "MODEL": "scripted", **LIMITS}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in named.items():
            environment.setenv(f"RAGSTREAM_GENERATOR__{name}", value)
        try:
            up = ragstream(settings, "up", limit_s=300)
            assert up.returncode == 0, up.stderr
            yield settings
        finally:
            ragstream(settings, "down")


@pytest.fixture
async def client(workers: Settings) -> AsyncIterator[RagstreamClient]:
    async with RagstreamClient(workers.kafka.bootstrap or "", namespace=workers.namespace) as client:
        receipts = await client.ingest([DocumentUpserted(doc_id="ferry", text=FERRY)])
        async with aclosing(client.outcomes(receipts, 60)) as outcomes:
            assert [outcome async for outcome in outcomes]
        yield client


async def read_along(client: RagstreamClient) -> tuple[list[AnswerDelta], Answer, list[float]]:
    """The pieces, the answer, and when each came, in seconds since the first."""
    items, times = [], []
    async with aclosing(client.ask_stream(QUESTION, deadline_ms=DEADLINE_MS)) as stream:
        async for item in stream:
            items.append(item)
            times.append(time.monotonic())
    *pieces, answer = items
    assert isinstance(answer, Answer)
    ASKED.add(answer.query_id)
    return [piece for piece in pieces if isinstance(piece, AnswerDelta)], answer, [each - times[0] for each in times]


async def test_a_sentence_is_read_while_the_model_writes_the_next(
    client: RagstreamClient, model: ScriptedModel
) -> None:
    model.answers(says(LEAVES, FREE[:9], FREE[9:], pause_s=0.5))
    pieces, answer, times = await read_along(client)
    assert isinstance(answer, AnswerServed), answer
    assert answer.text.startswith("".join(piece.text for piece in pieces))
    assert "at seven. [1]" in pieces[0].text
    assert times[-1] >= 0.3
    assert answer.provenance.generator_id.startswith("chat-1/scripted@")
    assert answer.provenance.prompt_version
    assert answer.usage.output_tokens == 3
    assert {citation.quote for citation in answer.citations} <= set(FERRY.replace(". ", ".\n").splitlines())


@pytest.mark.parametrize("failure", FAILURES)
async def test_whatever_the_model_does_there_is_one_answer_in_time(
    client: RagstreamClient, model: ScriptedModel, failure: str
) -> None:
    model.answers(FAILURES[failure])
    began = time.monotonic()
    pieces, answer, _ = await read_along(client)
    assert time.monotonic() - began < DEADLINE_MS / 1_000
    assert isinstance(answer, AnswerServed), answer
    assert answer.provenance.generator_id == "extractive-1"
    assert "generator-fallback" in {finding.rule for finding in answer.findings}
    # A piece may come after the answer, and is not waited for then.
    assert answer.text.startswith("".join(piece.text for piece in pieces if piece.attempt == 1))
    void = ["The ferry to Vis leaves Split at seven. [1]"] if "on the way" in failure else []
    assert [piece.text for piece in pieces if piece.attempt == 0] in (void, [])


async def test_the_command_line_shows_pieces_and_the_answer_last(
    client: RagstreamClient, workers: Settings, model: ScriptedModel
) -> None:
    model.answers(says(LEAVES, FREE))
    machine = ragstream(workers, "ask", QUESTION, "--stream", "--json")
    lines = [json.loads(line) for line in machine.stdout.splitlines()]
    assert [line["type"] for line in lines] == ["AnswerDelta"] * (len(lines) - 1) + ["AnswerServed"]
    assert lines[-1]["text"].startswith("".join(line["text"] for line in lines[:-1]))
    model.answers(FAILURES["stalls on the way"])
    person = ragstream(workers, "ask", QUESTION, "--stream", "--deadline-ms", str(DEADLINE_MS))
    assert person.returncode == 0
    assert "begins anew" in person.stderr
    assert "leaves Split at seven in the evening" in person.stdout


async def test_every_question_so_far_has_exactly_one_answer(client: RagstreamClient, workers: Settings) -> None:
    await read_along(client)
    async with TopicReader.of(workers.kafka.bootstrap or "", TopicNames(workers.namespace), (ANSWERS,)) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings())
        answers = [decode(record, ANSWERS) async for record in reader.records_until(ends)]
    ids = [answer.query_id for answer in answers if isinstance(answer, Answer)]
    assert set(ids) >= ASKED
    assert len(ids) == len(set(ids)) == len(answers)
