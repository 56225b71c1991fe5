import pytest

from agents.answering.drafting import UNSUPPORTED
from agents.answering.options import AnsweringOptions
from schemas.answers import AnswerAbstained, AnswerBlocked, AnswerServed, Finding, Usage
from schemas.drafts import DraftEnded, DraftRestarted, DraftStarted
from schemas.failures import TransientError
from schemas.guardrails import MASK, Verdict
from tests.agents.answering.fakes import Playbook, Released, WordGuard, asked, claim, drafted, passage, quote_of

FERRY = passage("The ferry to Hvar leaves Split at nine. Call 555-0100. It takes an hour.", 1)
NINE = claim("The ferry leaves at nine.", quote_of(FERRY, "The ferry to Hvar leaves Split at nine."))
HOUR = claim("It takes an hour.", quote_of(FERRY, "It takes an hour."))
QUESTION = "When does the ferry to Hvar leave Split?"


async def streamed(*parts, **ports):
    released = Released()
    play = Playbook(FERRY, drafts=parts, releaser=released, **ports)
    return await play.asks(asked(QUESTION, stream=True)), released


async def test_each_sentence_is_released_as_it_was_checked_and_together_they_are_the_answer():
    answer, released = await streamed(*drafted(NINE, HOUR))
    assert isinstance(answer, AnswerServed)
    assert [delta.text for delta in released] == ["The ferry leaves at nine. [1]", " It takes an hour. [2]"]
    assert [(delta.attempt, delta.sequence) for delta in released] == [(0, 0), (0, 1)]
    assert {(delta.query_id, delta.answer_id, delta.tenant) for delta in released} == {("q1", answer.answer_id, "acme")}
    assert released.text() == answer.text


async def test_nothing_is_released_to_somebody_who_does_not_read_along():
    released = Released()
    answer = await Playbook(FERRY, drafts=drafted(NINE), releaser=released).asks(asked(QUESTION))
    assert isinstance(answer, AnswerServed)
    assert released == []


async def test_a_claim_without_a_true_quote_is_never_released():
    """FAILURES 62."""
    false = claim("It is free.", quote_of(FERRY, "It takes", shift=1))
    answer, released = await streamed(*drafted(false, HOUR))
    assert released.text() == answer.text == "It takes an hour. [1]"


async def test_a_sentence_that_the_output_check_refuses_blocks_the_answer_and_is_not_released():
    secret = claim("The key is sesame.", quote_of(FERRY, "It takes an hour."))
    answer, released = await streamed(*drafted(NINE, secret, HOUR), guard=WordGuard(block="sesame"))
    assert isinstance(answer, AnswerBlocked)
    assert answer.text == ""
    assert answer.reason == "Refused by the guardrail block."
    assert released.text() == "The ferry leaves at nine. [1]"


async def test_a_quote_that_the_output_check_refuses_carries_no_claim():
    class Answers(WordGuard):
        def check(self, subject):
            return super().check(subject) if subject.stage == "answer" else Verdict(text=subject.text)

    phone = claim("Call them.", quote_of(FERRY, "Call 555-0100."))
    answer, released = await streamed(*drafted(phone, HOUR), guard=Answers(block="555"))
    assert answer.text == released.text() == "It takes an hour. [1]"
    assert [finding.rule for finding in answer.findings] == ["block"]


async def test_a_rule_may_make_the_whole_answer_abstain():
    secret = claim("The key is sesame.", quote_of(FERRY, "It takes an hour."))
    answer, _ = await streamed(*drafted(NINE, secret), guard=WordGuard(abstain="sesame"))
    assert isinstance(answer, AnswerAbstained)
    assert answer.citations == ()


async def test_what_is_redacted_is_neither_in_the_text_nor_in_a_quote():
    said = claim("Call 555-0100 to book.", quote_of(FERRY, "Call 555-0100."))
    answer, released = await streamed(*drafted(said), guard=WordGuard(redact="555-0100"))
    assert answer.text == released.text() == "Call [redacted] to book. [1][2]"
    assert [citation.quote for citation in answer.citations] == ["Call ", "."]


async def test_what_is_redacted_in_an_answer_is_not_in_the_title_of_its_source_either():
    titled = FERRY.model_copy(update={"title": "Call 555-0100", "heading": ("Ask Jane", "Summer")})

    class Answers(WordGuard):
        def check(self, subject):
            return super().check(subject) if subject.stage == "answer" else Verdict(text=subject.text)

    async def cited(**words):
        answer = await Playbook(titled, drafts=drafted(NINE, HOUR), guard=Answers(**words)).asks(asked(QUESTION))
        return [(each.title, each.heading) for each in answer.citations], [each.rule for each in answer.findings]

    assert await cited() == ([("Call 555-0100", ("Ask Jane", "Summer"))] * 2, [])
    assert await cited(redact="555-0100") == ([(f"Call {MASK * 8}", ("Ask Jane", "Summer"))] * 2, ["redact"])
    assert await cited(block="Jane") == ([(None, ())] * 2, ["block"])


async def test_a_rule_that_reaches_back_starts_the_released_text_anew():
    """What is redacted may begin in one sentence and end in the next."""
    first = claim("The code is 55", quote_of(FERRY, "The ferry to Hvar"))
    second = claim("50100 then.", quote_of(FERRY, "leaves Split"))
    answer, released = await streamed(*drafted(first, second), guard=WordGuard(redact="55 [1] 50100"))
    assert [delta.attempt for delta in released] == [0, 1]
    assert released.text() == answer.text == "The code is [redacted] then. [2]"


async def test_a_restart_voids_what_was_drafted_before_and_says_why():
    why = Finding(rule="generator-fallback", reason="The model went away.")
    end = DraftEnded(generator_id="extractive-1", usage=Usage(input_tokens=3))
    answer, released = await streamed(NINE, DraftRestarted(finding=why), HOUR, end)
    assert answer.text == released.text() == "It takes an hour. [1]"
    assert [delta.attempt for delta in released] == [0, 1]
    assert why in answer.findings
    assert answer.provenance.generator_id == "extractive-1"
    assert answer.usage.input_tokens == 3


async def test_the_output_check_knows_the_sources_and_what_the_model_was_told():
    guard = WordGuard()
    await streamed(DraftStarted(instructions="Be brief."), *drafted(NINE), guard=guard)
    last = guard.seen[-1]
    assert (last.stage, last.text) == ("answer", "The ferry leaves at nine. [1]")
    assert last.instructions == "Be brief."
    assert last.sources == (FERRY.text,)


async def test_an_answer_that_is_refused_halfway_names_what_wrote_it():
    secret = claim("The key is sesame.", quote_of(FERRY, "It takes an hour."))
    started = DraftStarted(instructions="Be brief.", generator_id="chat-1/m", prompt_version="v1")
    answer, _ = await streamed(started, secret, guard=WordGuard(block="sesame"))
    assert isinstance(answer, AnswerBlocked)
    assert (answer.provenance.generator_id, answer.provenance.prompt_version) == ("chat-1/m", "v1")
    again = DraftRestarted(finding=Finding(rule="generator-fallback", reason="Away."), generator_id="extractive-1")
    answer, _ = await streamed(started, again, secret, guard=WordGuard(block="sesame"))
    assert (answer.provenance.generator_id, answer.provenance.prompt_version) == ("extractive-1", "")


async def test_a_model_that_never_ends_is_stopped():
    started = DraftStarted(instructions="", generator_id="chat-1/m", prompt_version="v1")
    answer, released = await streamed(started, *[HOUR] * 100)
    assert isinstance(answer, AnswerServed)
    assert answer.provenance.prompt_version == "v1"
    assert len(released) == 24


async def test_the_draft_is_given_up_when_the_answer_is_refused():
    closed = []

    class Endless(Playbook):
        async def draft(self, task):
            try:
                while True:
                    yield claim("The key is sesame.", quote_of(FERRY, "It takes an hour."))
            finally:
                closed.append(True)

    await Endless(FERRY, guard=WordGuard(block="sesame")).asks(asked(QUESTION))
    assert closed == [True]


async def test_an_unwell_model_is_left_to_the_runner():
    class Unwell(Playbook):
        async def draft(self, task):
            yield NINE
            raise TransientError("the model is unwell")

    with pytest.raises(TransientError):
        await Unwell(FERRY).asks(asked(QUESTION))


async def test_a_claim_that_nothing_carries_makes_a_strict_answer_abstain():
    options = AnsweringOptions(unsupported_claims="abstain")
    answer, released = await streamed(*drafted(NINE, claim("It is free.")), options=options)
    assert isinstance(answer, AnswerAbstained)
    assert answer.reason == UNSUPPORTED
    assert answer.citations == ()
    assert released.text() == "The ferry leaves at nine. [1]"
