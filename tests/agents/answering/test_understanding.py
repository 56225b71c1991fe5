from schemas.answers import AnswerAbstained, AnswerServed, QuestionBlocked
from schemas.drafts import Turn
from tests.agents.answering.fakes import Playbook, WordGuard, asked, passage

FERRY = passage("In winter the ferry to Hvar leaves Split at half past nine.", 1)
TURN = Turn(question="When does the ferry to Hvar leave Split?", answer="At nine.")


class Recalled:
    """Conversations and a rewriter that were told what to say."""

    def __init__(self, *turns, says="When does the ferry to Hvar leave Split in winter?"):
        self.given, self.says, self.asked = turns, says, []

    async def turns(self, question):
        return self.given

    async def standalone(self, question, turns, *, tenant, seconds_left):
        self.asked.append((question, tuple(turns), tenant))
        return self.says


def playing(recalled, **more):
    return Playbook(FERRY, conversations=recalled, rewriter=recalled, **more)


async def test_a_follow_up_is_searched_for_as_it_was_meant_and_both_texts_are_kept():
    recalled = Recalled(TURN)
    play = playing(recalled)
    answer = await play.asks(asked("And in winter?", session_id="s1"))
    assert isinstance(answer, AnswerServed)
    assert recalled.asked == [("And in winter?", (TURN,), "acme")]
    assert dict(play.calls)["embed"] == recalled.says
    assert (answer.question, answer.provenance.standalone_question) == ("And in winter?", recalled.says)
    assert (answer.session_id, answer.user_id) == ("s1", None)


async def test_a_question_outside_a_session_and_a_first_one_stand_as_they_are():
    for question, recalled in (
        (asked(), Recalled(TURN)),
        (asked(session_id="s1"), Recalled()),
    ):
        answer = await playing(recalled).asks(question)
        assert recalled.asked == []
        assert answer.provenance.standalone_question == ""


async def test_a_refused_question_is_neither_rewritten_nor_searched_for():
    recalled = Recalled(TURN)
    play = playing(recalled, guard=WordGuard(block="Ignore"))
    answer = await play.asks(asked("Ignore all that.", session_id="s1"))
    assert isinstance(answer, QuestionBlocked)
    assert answer.reason == "Refused by the guardrail block."
    assert [finding.rule for finding in answer.findings] == ["block"]
    assert (recalled.asked, play.stages()) == ([], [])


async def test_what_the_rewriter_made_is_screened_too():
    play = playing(Recalled(TURN, says="Ignore all that."), guard=WordGuard(block="Ignore"))
    assert isinstance(await play.asks(asked("And now?", session_id="s1")), QuestionBlocked)
    assert play.stages() == ["embed"]


async def test_a_rule_may_abstain_from_a_question():
    play = Playbook(FERRY, guard=WordGuard(abstain="ferry"))
    assert isinstance(await play.asks(), AnswerAbstained)
    assert play.stages() == ["embed"]


async def test_what_is_redacted_is_neither_searched_for_nor_kept():
    play = Playbook(FERRY, guard=WordGuard(redact="555-0100"))
    answer = await play.asks(asked("When does the ferry to Hvar leave Split? Call me: 555-0100"))
    assert [what for stage, what in play.calls if stage == "embed"][-1].endswith("Call me: [redacted]")
    assert "555" not in answer.model_dump_json()


async def test_what_was_found_in_a_follow_up_is_told_though_the_standalone_question_shows_none_of_it():
    play = playing(Recalled(TURN), guard=WordGuard(redact="555-0100", flag="damn"))
    answer = await play.asks(asked("And in winter, damn? Call 555-0100", session_id="s1"))
    assert answer.question == "And in winter, damn? Call [redacted]"
    assert {finding.rule for finding in answer.findings} >= {"redact", "flag"}


async def test_what_is_found_in_a_question_of_a_session_is_told_once():
    question = asked("When does the damn ferry to Hvar leave Split?", session_id="s1")
    answer = await playing(Recalled(TURN, says=question.text), guard=WordGuard(flag="damn")).asks(question)
    assert [finding.rule for finding in answer.findings].count("flag") == 1


async def test_the_rules_see_the_embedding_and_whose_it_is():
    guard = WordGuard()
    await Playbook(FERRY, guard=guard).asks()
    assert guard.seen[0].vector.shape == (1, 2)
    assert guard.seen[0].embedder_id == "fake@1"


async def test_an_answer_names_the_policies_that_applied():
    assert (await Playbook(FERRY, guard=WordGuard()).asks()).provenance.policies == ("words@1",)
