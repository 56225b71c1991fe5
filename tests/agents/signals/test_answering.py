import math
from pathlib import Path

import pytest

from agents.signals import observe_answer
from agents.signals.answering import STAGES
from schemas.answers import (
    AnswerAbstained,
    AnswerBlocked,
    AnswerFailed,
    Finding,
    LookedAt,
    Provenance,
    QuestionBlocked,
)
from schemas.operations import Evidence
from tests.agents.signals.samples import ANSWER, CITATION, NOON, SKETCH, served


async def of_answers(answer):
    return (await observe_answer(answer))[0]


async def test_an_answer_shows_what_it_took_what_it_stands_on_and_what_made_it():
    found, _ = await observe_answer(served())
    assert (found.source, found.tenant, found.at, found.slot) == ("answers", "acme", NOON, "acme/answers")
    assert found.values == {
        "latency_ms": 12.5,
        "embed_ms": 3.0,
        "search_ms": 5.0,
        "top_score": 0.9,
        "top_similarity": 0.7,
        "margin": pytest.approx(0.4),
        "abstained": 0.0,
        "blocked": 0.0,
        "failed": 0.0,
        "unavailable": 0.0,
        "grounded": 1.0,
        "ungrounded": 0.0,
        "input_tokens": 100.0,
        "output_tokens": 20.0,
        "cost": 0.25,
        "citations": 1.0,
        "freshness_ms": 900.0,
    }
    assert found.labels == {
        "language": "en",
        "embedder": "mini-1",
        "outcome": "AnswerServed",
        "generator": "extractive-1",
        "prompt": "p1",
        "policy": "default@1,house@2",
    }
    assert found.evidence == Evidence(answer_id="a", doc_id="rain", trace_id="4bf9")
    assert (found.vector, found.text) == (None, "")


async def test_a_question_shows_where_it_lies_and_what_was_searched_for():
    _, found = await observe_answer(AnswerAbstained(**ANSWER))
    assert (found.source, found.vector, found.text) == ("questions", SKETCH, "Where does snow come from?")
    assert found.values == {"top_similarity": 0.7, "abstained": 1.0}
    assert found.labels == {"language": "en", "embedder": "mini-1"}
    assert found.evidence.answer_id == "a"


async def test_the_same_answer_delivered_again_shows_the_same_under_the_same_ids():
    first = await observe_answer(served())
    assert await observe_answer(served()) == first
    assert len({each.event_id for each in first}) == 2


async def test_signals_of_two_tenants_answers_never_share_an_id():
    ours, theirs = await of_answers(served()), await of_answers(served(tenant="other"))
    assert ours.event_id != theirs.event_id


async def test_a_refused_question_names_the_rule_and_is_no_example_of_what_people_ask():
    findings = (Finding(rule="odd", reason="", action="flag"), Finding(rule="injection", reason="", action="block"))
    [found] = await observe_answer(QuestionBlocked(**ANSWER, findings=findings))
    assert (found.values["blocked"], found.labels["rule"]) == (1.0, "injection")


async def test_a_blocked_answer_counts_as_blocked_and_its_question_was_asked():
    found, asked = await observe_answer(AnswerBlocked(**ANSWER))
    assert (found.values["blocked"], asked.source) == (1.0, "questions")


async def test_an_answer_that_was_never_made_still_counts():
    bare = {name: ANSWER[name] for name in ("event_id", "tenant", "at", "query_id", "answer_id")}
    late = await of_answers(AnswerFailed(**bare, reason="deadline passed while stage answer was at work"))
    broken = await of_answers(AnswerFailed(**bare, reason="unexpected KeyError in stage answer"))
    assert [(each.values["failed"], each.values["unavailable"]) for each in (late, broken)] == [(1.0, 1.0), (1.0, 0.0)]
    assert "latency_ms" not in late.values, "nobody measured it"
    assert len(await observe_answer(AnswerFailed(**bare))) == 1, "there is nothing to say of its question"


@pytest.mark.parametrize("rule", ["uncited-claim", "unknown-citation", "unverified-quote"])
async def test_claims_that_had_to_be_left_out_make_an_answer_ungrounded(rule):
    findings = (Finding(rule=rule, reason=""),)
    for answer in (served(findings=findings), AnswerAbstained(**ANSWER, findings=findings)):
        assert (await of_answers(answer)).values["grounded"] == 0.0
        assert (await of_answers(answer)).values["ungrounded"] == 1.0


async def test_an_abstention_before_any_draft_says_nothing_of_groundedness():
    assert "grounded" not in (await of_answers(AnswerAbstained(**ANSWER))).values


async def test_numbers_that_are_none_are_left_out():
    """FAILURES 70."""
    found = await of_answers(served(freshness_ms=math.nan, timings_ms={"total": math.inf}))
    assert "freshness_ms" not in found.values
    assert "latency_ms" not in found.values


async def test_names_and_labels_do_not_grow_with_users_questions_and_documents():
    """FAILURES 77: ids are evidence, never a series."""

    async def series(n):
        cited = CITATION.model_copy(update={"doc_id": f"d{n}", "chunk_id": f"c{n}"})
        looked_at = (LookedAt(chunk_id=f"c{n}", doc_id=f"d{n}", score=0.5, similarity=0.5),)
        ids = {
            name: f"{name} {n}" for name in ("event_id", "query_id", "answer_id", "user_id", "session_id", "question")
        }
        made = await observe_answer(served(**ids, citations=(cited,), looked_at=looked_at, text=f"Text {n}."))
        return [(each.source, sorted(each.values), each.labels) for each in made]

    assert await series(1) == await series(2)


async def test_of_all_texts_only_the_question_is_told_and_never_a_refused_one():
    """FAILURES 79."""
    told = "".join(
        each.model_dump_json() for each in await observe_answer(served(text="Secret A", question="Secret Q"))
    )
    assert "Secret" not in told, "the standalone question stands for it"
    refused = QuestionBlocked(**{**ANSWER, "provenance": Provenance()}, reason="Secret R")
    assert not any(each.text for each in await observe_answer(refused))


async def test_every_signal_of_an_answer_is_on_the_page_about_signals():
    page = (Path(__file__).parents[3] / "docs" / "signals.md").read_text("utf-8")
    for seen in await observe_answer(served(timings_ms={"total": 9.0, **dict.fromkeys(STAGES, 1.0)})):
        assert [name for name in (*seen.values, *seen.labels) if f"`{name}`" not in page] == []
