import asyncio
from datetime import timedelta

import pytest

from agents.answering.handler import LEFT_OUT, NOT_FOUND
from schemas.answers import (
    AnswerAbstained,
    AnswerFailed,
    AnswerServed,
    Finding,
    LookedAt,
    QuestionBlocked,
    Watermark,
)
from schemas.failures import PermanentError, TransientError
from tests.agents.answering.fakes import ASKED, Playbook, WordGuard, asked, claim, drafted, passage, quote_of

FERRY = "The ferry to Hvar leaves Split at half past nine. It takes an hour. Tickets are sold at the pier."
FERRY_PASSAGE = passage(FERRY, title="Ferries", uri="file:ferries.md", heading=("Timetable",))


async def test_an_answer_is_a_sentence_of_a_passage_with_its_place():
    answer = await Playbook(FERRY_PASSAGE).asks()
    assert isinstance(answer, AnswerServed)
    assert answer.text == "The ferry to Hvar leaves Split at half past nine. [1]"
    (citation,) = answer.citations
    assert citation.quote == FERRY[citation.span.start - 100 : citation.span.end - 100] == FERRY[:49]
    assert (citation.doc_id, citation.revision, citation.title) == ("d1", 2, "Ferries")
    assert (citation.uri, citation.heading) == ("file:ferries.md", ("Timetable",))


async def test_the_asker_bounds_what_can_be_found():
    play = Playbook(FERRY_PASSAGE)
    await play.asks(asked(groups=("crew",), filters={"port": "Split"}, top_k=3))
    ((_, search),) = [call for call in play.calls if call[0] == "search"]
    assert (search.tenant, search.groups, search.filters) == ("acme", ("crew",), {"port": "Split"})
    assert search.top_k == 12


async def test_one_document_does_not_fill_the_context_and_everything_fetched_is_told():
    """Three of the first document, then the second: the default."""
    long = [passage(f"The ferry number {n} leaves Split.", n).model_copy(update={"doc_id": "long"}) for n in range(6)]
    play = Playbook(*long, passage("The ferry leaves Split at nine.", 7))
    answer = await play.asks(asked(top_k=4))
    assert [seen.chunk_id for seen in answer.looked_at] == ["c0", "c1", "c2", "c7", "c3", "c4", "c5"]
    assert answer.provenance.retrieval["per_document"] == 3


async def test_a_sentence_that_two_chunks_share_is_cited_in_both():
    text = "On Sundays the ferry to Hvar leaves the old harbour of Split at half past nine."
    pieces = [(0, 43), (44, len(text))]
    halves = [
        passage(text[start:end], n, begins=start).model_copy(update={"doc_id": "d", "ordinal": n})
        for n, (start, end) in enumerate(pieces)
    ]
    answer = await Playbook(*reversed(halves)).asks()
    assert answer.text == f"{text} [1][2]"
    assert [each.quote for each in answer.citations] == [half.text for half in halves]
    assert all(text[each.span.start : each.span.end] == each.quote for each in answer.citations)


async def test_an_answer_says_what_made_it():
    play = Playbook(FERRY_PASSAGE, passage("x", 2, partition=3, offset=7), passage("y", 3, partition=3, offset=9))
    made = (await play.asks()).provenance
    assert (made.embedder_id, made.generator_id, made.trace_id) == ("fake@1", "extractive-1", "")
    assert made.index_watermark == (Watermark(partition=0, offset=1), Watermark(partition=3, offset=9))
    assert (made.retrieval["mode"], made.retrieval["fusion"], made.retrieval["alpha"]) == ("hybrid", "relative", 0.5)
    assert made.retrieval["top_k"] == 8


async def test_what_was_looked_at_is_told_whether_cited_or_not():
    answer = await Playbook(FERRY_PASSAGE, passage("Bread is baked daily.", 2, similarity=0.1)).asks()
    assert answer.looked_at[1] == LookedAt(chunk_id="c2", doc_id="d2", score=0.9, similarity=0.1)
    assert {citation.chunk_id for citation in answer.citations} == {"c1"}


async def test_freshness_is_the_age_of_the_newest_cited_evidence():
    assert (await Playbook(FERRY_PASSAGE).asks()).freshness_ms == 3_600_000


async def test_each_stage_is_timed():
    play = Playbook(FERRY_PASSAGE)
    play.costs = {"embed": 5, "search": 7, "draft": 2}
    play.clock.pass_by(40)
    answer = await play.asks()
    assert answer.timings_ms == {"queue": 40, "embed": 5, "screen": 0, "search": 7, "draft": 2, "total": 54}
    assert answer.at == ASKED + timedelta(milliseconds=54)


async def test_a_question_from_the_future_is_answered_and_no_time_is_negative():
    answer = await Playbook(FERRY_PASSAGE).asks(asked(at=ASKED + timedelta(days=1), deadline_ms=1))
    assert isinstance(answer, AnswerServed)
    assert all(time == 0 for time in answer.timings_ms.values())
    assert answer.freshness_ms >= 0


async def test_a_redelivered_question_gets_the_same_ids():
    one, other = await Playbook(FERRY_PASSAGE).asks(), await Playbook().asks()
    assert (one.event_id, one.answer_id) == (other.event_id, other.answer_id)
    elsewhere = await Playbook().asks(asked(tenant="globex"))
    assert elsewhere.answer_id != one.answer_id


async def test_nothing_found_is_said_so_without_citations():
    """FAILURES 62: no sources, no answer."""
    play = Playbook()
    answer = await play.asks()
    assert isinstance(answer, AnswerAbstained)
    assert (answer.text, answer.citations, answer.freshness_ms) == (NOT_FOUND, (), None)
    assert play.stages() == ["embed", "search"]


async def test_passages_about_something_else_are_no_support():
    play = Playbook(passage("Bread is baked daily in the old town.", similarity=0.12))
    answer = await play.asks()
    assert isinstance(answer, AnswerAbstained)
    assert "0.12" in answer.reason
    assert [seen.chunk_id for seen in answer.looked_at] == ["c1"]
    assert answer.provenance.index_watermark == (Watermark(partition=0, offset=1),)


async def test_a_draft_without_a_true_quote_is_not_served():
    """FAILURES 62: a citation that points nowhere never reaches the asker."""
    invented = claim("The ferry leaves at noon.", quote_of(FERRY_PASSAGE, "It takes an hour.", shift=1))
    answer = await Playbook(FERRY_PASSAGE, drafts=drafted(invented)).asks()
    assert isinstance(answer, AnswerAbstained)
    assert [finding.rule for finding in answer.findings] == ["unverified-quote"]


async def test_an_empty_draft_abstains():
    assert isinstance(await Playbook(FERRY_PASSAGE, drafts=drafted()).asks(), AnswerAbstained)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\n\n", "?"])
async def test_a_blank_question_is_refused_and_costs_nothing(text):
    """FAILURES 61."""
    play = Playbook(FERRY_PASSAGE)
    answer = await play.asks(asked(text))
    assert isinstance(answer, QuestionBlocked)
    assert answer.findings[0].rule == "blank-question"
    assert play.calls == []


@pytest.mark.parametrize("text", ["a", "7", "🙂", "水"])
async def test_the_shortest_questions_get_an_outcome(text):
    """FAILURES 61: one letter, an emoji."""
    assert isinstance(await Playbook(FERRY_PASSAGE).asks(asked(text)), AnswerAbstained | AnswerServed)


async def test_a_cut_question_is_told():
    play = Playbook(FERRY_PASSAGE)
    play.cuts_questions = True
    answer = await play.asks()
    assert answer.findings == (
        Finding(rule="question-truncated", reason="The question was cut to the length that the embedder takes."),
    )


async def test_a_question_past_its_deadline_is_failed_and_costs_nothing():
    play = Playbook(FERRY_PASSAGE)
    play.clock.pass_by(1_001)
    answer = await play.asks(asked(deadline_ms=1_000))
    assert isinstance(answer, AnswerFailed)
    assert "deadline" in answer.reason
    assert play.calls == []


async def test_a_question_that_grows_too_old_in_the_search_is_not_drafted():
    play = Playbook(FERRY_PASSAGE)
    play.costs["search"] = 1_001
    answer = await play.asks(asked(deadline_ms=1_000))
    assert isinstance(answer, AnswerFailed)
    assert play.stages() == ["embed", "search"]


async def test_a_question_without_a_deadline_has_the_default_one():
    play = Playbook(FERRY_PASSAGE)
    play.clock.pass_by(30_001)
    assert isinstance(await play.asks(), AnswerFailed)


@pytest.mark.parametrize("stage", ["embed", "search", "draft"])
async def test_a_transient_error_is_left_to_the_runner(stage):
    play = Playbook(FERRY_PASSAGE)
    play.breaks[stage] = TransientError("away")
    with pytest.raises(TransientError):
        await play.asks()
    play.breaks.clear()
    assert isinstance(await play.asks(), AnswerServed)


async def test_a_transient_error_past_the_deadline_is_an_outcome():
    play = Playbook(FERRY_PASSAGE)
    play.breaks["search"], play.costs["search"] = TransientError("away"), 1_001
    answer = await play.asks(asked(deadline_ms=1_000))
    assert isinstance(answer, AnswerFailed)


@pytest.mark.parametrize("stage", ["embed", "search", "draft"])
async def test_a_refusal_for_good_names_the_stage_and_no_secret(stage):
    play = Playbook(FERRY_PASSAGE)
    play.breaks[stage] = PermanentError("key sk-12345 refused by 10.0.0.7")
    answer = await play.asks()
    assert isinstance(answer, AnswerFailed)
    assert stage in answer.reason
    assert "sk-12345" not in answer.model_dump_json()


@pytest.mark.parametrize("broken", ["late", "too late", "refused"])
async def test_an_answer_that_failed_tells_the_question_without_what_is_redacted(broken):
    play = Playbook(FERRY_PASSAGE, guard=WordGuard(redact="555-0100"))
    play.clock.pass_by(1_001 if broken == "too late" else 0)
    play.costs["search"] = 1_001 if broken == "late" else 0
    play.breaks = {"search": PermanentError("refused")} if broken == "refused" else {}
    answer = await play.asks(asked("When does it leave? Call 555-0100", deadline_ms=1_000))
    assert isinstance(answer, AnswerFailed)
    assert answer.question == "When does it leave? Call [redacted]"


async def test_a_bug_is_not_hidden():
    play = Playbook(FERRY_PASSAGE)
    play.breaks["search"] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await play.asks()


async def test_questions_are_answered_side_by_side():
    play = Playbook(FERRY_PASSAGE)
    outcomes = await asyncio.gather(*(play.asks(asked(query_id=f"q{n}", event_id=f"e{n}")) for n in range(20)))
    assert [outcome.query_id for outcome in outcomes] == [f"q{n}" for n in range(20)]


async def test_an_abstention_says_that_guardrails_left_passages_out():
    answer = await Playbook(FERRY_PASSAGE, guard=WordGuard(block="half past nine")).asks()
    assert isinstance(answer, AnswerAbstained)
    assert answer.reason.endswith(LEFT_OUT)
    assert LEFT_OUT not in (await Playbook(guard=WordGuard()).asks()).reason


async def test_an_answer_tells_where_its_question_lies_and_in_which_language_it_is():
    answer = await Playbook(FERRY_PASSAGE).asks(asked("When does the ferry to Hvar leave Split?"))
    assert (answer.question_sketch, answer.question_language) == (bytes([127, 0]), "en")


async def test_an_answer_that_came_too_late_tells_where_its_question_lies_as_far_as_it_was_embedded():
    play = Playbook(FERRY_PASSAGE)
    play.costs["search"] = 1_001
    late = await play.asks(asked(deadline_ms=1_000))
    assert (late.too_late, late.question_sketch) == (True, bytes([127, 0]))
    play.clock.pass_by(1_001)
    later = await play.asks(asked(deadline_ms=1_000))
    assert (later.too_late, later.question_sketch) == (True, None)


async def test_of_a_refused_question_no_direction_is_kept():
    answer = await Playbook(FERRY_PASSAGE, guard=WordGuard(block="bomb")).asks(asked("How is a bomb made?"))
    assert isinstance(answer, QuestionBlocked)
    assert answer.question_sketch is None
