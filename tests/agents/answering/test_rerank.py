from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering import AnsweringOptions
from agents.answering.rerank import rerank
from agents.answering.retrieve import retrieve
from agents.answering.stopwatch import Stopwatch
from schemas.answers import AnswerServed
from schemas.failures import PermanentError, TransientError
from tests.agents.answering.fakes import ASKED, Playbook, asked, passage
from tests.contracts.fake_reranker import WordReranker

VECTOR = np.array([[1.0, 0.0]], np.float32)
QUESTION = "when does the ferry leave"
NEAR = passage("Bread is baked at four.", 1)
FAR = passage("When the ferry does leave it is nine.", 2, score=0.1)


def a_play(*passages):
    play = Playbook(*passages)
    play.reranker = WordReranker()
    return play


async def retrieved(play, **options):
    watch = Stopwatch(play.clock, ASKED, 1_000)
    question = asked(QUESTION, top_k=1)
    found = await retrieve(question, VECTOR, play, AnsweringOptions(**options), watch, reranker=play.reranker)
    return found, watch


async def test_the_reranker_decides_which_passages_are_used_and_scores_them():
    found, watch = await retrieved(a_play(NEAR, FAR))
    assert [(each.chunk_id, each.score) for each in found.passages] == [("c2", 5.0)]
    assert [(each.chunk_id, each.score) for each in found.fetched] == [("c2", 5.0), ("c1", 0.0)]
    assert found.passages[0].model_copy(update={"score": 0.1}) == FAR
    assert "rerank" in watch.timings_ms()


async def test_as_many_candidates_are_fetched_as_the_options_say_and_top_k_at_least():
    for candidates, fetched in ((50, 50), (1, 1)):
        play = a_play(NEAR, FAR)
        await retrieved(play, candidates=candidates)
        assert play.calls[-1][1].top_k == fetched


async def test_a_passage_is_read_with_its_title_and_section():
    play = a_play(passage("It leaves at nine.", 1, title="Ferries", heading=("Ferries", "Hvar")))
    await retrieved(play)
    assert play.reranker.asked == [(QUESTION, ["Ferries > Hvar\nIt leaves at nine."])]


async def test_a_refusal_leaves_the_order_of_the_search_and_is_told():
    play = a_play(NEAR, FAR)
    play.reranker.breaks = PermanentError("no such thing at 10.0.0.7")
    found, _ = await retrieved(play)
    assert found.passages == (NEAR,)
    assert [finding.rule for finding in found.findings] == ["reranker-failed"]
    assert "10.0.0.7" not in found.findings[0].reason


async def test_a_transient_error_is_left_to_the_runner():
    play = a_play(NEAR)
    play.reranker.breaks = TransientError("away")
    with pytest.raises(TransientError):
        await retrieved(play)


async def test_a_question_past_its_deadline_is_not_reranked():
    play = a_play(NEAR)
    play.costs["search"] = 1_001
    await retrieved(play)
    assert play.reranker.asked == []


async def test_an_answer_tells_the_reranker_and_its_time():
    play = Playbook(NEAR, FAR, reranker=WordReranker())
    answer = await play.asks(asked(QUESTION))
    assert isinstance(answer, AnswerServed)
    assert answer.provenance.retrieval["reranker"] == "shared-words-1"
    assert list(answer.timings_ms) == ["queue", "embed", "screen", "search", "rerank", "draft", "total"]
    assert answer.at == ASKED + timedelta(0)


async def test_an_answer_does_not_name_a_reranker_that_refused():
    reranker = WordReranker()
    reranker.breaks = PermanentError("no such thing")
    answer = await Playbook(NEAR, FAR, reranker=reranker).asks(asked(QUESTION))
    assert [finding.rule for finding in answer.findings] == ["reranker-failed"]
    assert "reranker" not in answer.provenance.retrieval


@given(st.lists(st.text("abc ", max_size=8), max_size=12))
async def test_reranking_neither_adds_nor_drops_nor_changes_and_equal_scores_keep_their_order(texts):
    found = [passage(text, number) for number, text in enumerate(texts)]
    ordered = await rerank("a b c", found, WordReranker())
    assert sorted(each.chunk_id for each in ordered) == sorted(each.chunk_id for each in found)
    assert all(each.model_copy(update={"score": 0.9}) in found for each in ordered)
    keys = [(-each.score, int(each.chunk_id[1:])) for each in ordered]
    assert keys == sorted(keys)
