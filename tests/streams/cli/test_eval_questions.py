from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering import AnsweringOptions
from infra.memory_index import MemoryIndex
from schemas.chunks import Chunk, DocumentAttributes, Span
from schemas.event import Origin, derive_id
from schemas.passages import IndexedChunk
from schemas.questions import QuestionAsked
from streams.cli.eval_questions import WARM_UP, Answered, Asker, ask, ask_all, documents, ways
from streams.cli.retrieval_metrics import DEPTH
from tests.agents.answering.fakes import passage
from tests.contracts.fake_reranker import WordReranker
from tests.journeys.fakes import DIMENSION, WordEmbedder

AT = datetime(2026, 3, 1, tzinfo=UTC)
FERRIES = ("The ferry to Vis leaves Split at seven.", "Bicycles travel free on the ferry.")
LAMPS = ("The keeper repaired the lamp.", "A lamp burns oil.")


class Clock:
    """Each look at it takes a millisecond."""

    def __init__(self):
        self.at = AT

    def __call__(self):
        self.at += timedelta(milliseconds=1)
        return self.at


def stored(tenant, doc_id, ordinal, text):
    return IndexedChunk(
        tenant=tenant,
        doc_id=doc_id,
        revision=1,
        chunk=Chunk(
            chunk_id=derive_id("chunk", tenant, doc_id, ordinal),
            text=text,
            ordinal=ordinal,
            span=Span(start=0, end=len(text)),
        ),
        attributes=DocumentAttributes(),
        origin=Origin(topic="documents", partition=0, offset=0, at=AT),
        embedder_id="words-1",
    )


def asked(text):
    return QuestionAsked(tenant="eval-1", query_id="q", text=text, at=AT)


async def asker(texts, *, tenant="eval-1", reranker=None):
    embedder, index = WordEmbedder(), MemoryIndex(DIMENSION)
    chunks = [stored(tenant, name, place, text) for name, all_of in texts.items() for place, text in enumerate(all_of)]
    await index.upsert(chunks, await embedder.embed_passages([each.chunk.text for each in chunks]))
    return Asker(embedder, index, reranker, Clock(), tenant)


@pytest.mark.parametrize("mode", ["dense", "lexical", "hybrid"])
async def test_a_question_ranks_documents_each_once_at_its_best_chunk(mode):
    world = await asker({"lamps": LAMPS, "ferries": FERRIES})
    ranking, _ = await ask(asked("When does the ferry leave Split?"), world, AnsweringOptions(mode=mode))
    assert ranking[0] == "ferries"
    assert len(set(ranking)) == len(ranking)


async def test_a_ranking_reaches_beyond_what_answers_look_at_and_stops_at_a_hundred():
    world = await asker({f"d{number}": [f"ferry number {number}"] for number in range(DEPTH + 20)})
    ranking, _ = await ask(asked("ferry number 7"), world, AnsweringOptions(mode="dense"))
    assert (ranking[0], len(ranking), len(set(ranking))) == ("d7", DEPTH, DEPTH)


async def test_nothing_of_another_tenant_is_ranked():
    world = await asker({"ferries": FERRIES}, tenant="somebody")
    ranking, _ = await ask(asked("ferry"), world, AnsweringOptions())
    assert not ranking


async def test_times_are_those_of_the_stages_that_an_answer_has():
    world = await asker({"ferries": FERRIES}, reranker=WordReranker())
    _, timings = await ask(asked("ferry"), world, AnsweringOptions())
    assert (timings["embed"], timings["search"], timings["rerank"]) == (1, 1, 1)


async def test_each_question_is_told_and_gets_a_row_with_figures_and_percentiles():
    world = await asker({"ferries": FERRIES, "lamps": LAMPS})
    told = []
    questions = {"q1": "When does the ferry leave?", "q2": "Who repaired the lamp?"}
    answered = await ask_all(questions, world, AnsweringOptions(alpha=0.5), lambda: told.append(1))
    row = answered.row({"q1": {"ferries": 1}, "q2": {"lamps": 1}})
    assert len(told) == 2
    assert (row["mode"], row["alpha"], row["fusion"]) == ("hybrid", 0.5, "relative")
    assert (row["ndcg@10"], row["recall@10"], row["recall@100"], row["mrr"]) == (1, 1, 1, 1)
    assert row["search_ms"] == {"p50": 1, "p90": 1, "p99": 1}
    assert "rerank_ms" not in row


def test_the_first_questions_do_not_count_for_the_times():
    slow, quick = {"embed": 900.0, "search": 900.0}, {"embed": 2.0, "search": 3.0}
    row = Answered(AnsweringOptions(mode="dense"), {"q": ["a"]}, [slow] * WARM_UP + [quick] * 9).row({"q": {"a": 1}})
    assert (row["embed_ms"]["p99"], row["search_ms"]["p99"]) == (2, 3)
    assert "alpha" not in row


def test_of_few_questions_half_count_for_the_times():
    timings = [{"embed": float(each), "search": 1.0} for each in (9, 9, 9, 1, 2, 3)]
    row = Answered(AnsweringOptions(mode="dense"), {"q": ["a"]}, timings).row({"q": {"a": 1}})
    assert row["embed_ms"] == {"p50": 2, "p90": 2.8, "p99": 2.98}


def test_every_alpha_is_a_way_of_its_own_in_hybrid_only():
    found = ways(AnsweringOptions(fusion="ranked", alpha=0.6), ["dense", "hybrid"], [0.4, 0.6, 0.4])
    assert [(each.mode, each.alpha, each.fusion) for each in found] == [
        ("dense", 0.6, "ranked"),
        ("hybrid", 0.4, "ranked"),
        ("hybrid", 0.6, "ranked"),
    ]
    assert [each.alpha for each in ways(AnsweringOptions(alpha=0.3), ["hybrid"], [])] == [0.3]


@given(st.lists(st.integers(min_value=1, max_value=9)))
def test_documents_come_in_the_order_of_their_first_passage(numbers):
    ranking = documents(passage("text", number) for number in numbers)
    assert sorted(ranking) == sorted({f"d{number}" for number in numbers})
    assert [numbers.index(int(each[1:])) for each in ranking] == sorted(
        numbers.index(number) for number in set(numbers)
    )
