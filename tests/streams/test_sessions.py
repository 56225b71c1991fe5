from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.answers import AnswerAbstained, AnswerBlocked, AnswerFailed, AnswerServed, Provenance, QuestionBlocked
from schemas.drafts import Turn
from schemas.questions import QuestionAsked
from streams.sessions import SessionLimits, Sessions
from tests.streams.samples import NOON


def answer(number=1, kind=AnswerServed, text="At nine [1].", minutes=0, **more):
    fields = {
        "tenant": "acme",
        "session_id": "s",
        "user_id": "u",
        "query_id": f"q{number}",
        "answer_id": f"a{number}",
        "question": f"question {number}",
        "at": NOON + timedelta(minutes=minutes),
    }
    return kind(text=text, **{**fields, **more})


def asked(minutes=10, **more):
    fields = {"tenant": "acme", "session_id": "s", "user_id": "u", "query_id": "next", "text": "And then?"}
    return QuestionAsked(**{**fields, "at": NOON + timedelta(minutes=minutes), **more})


def remembering(*answers, **limits):
    sessions = Sessions(SessionLimits(**limits))
    for each in answers:
        sessions.add(each)
    return sessions


def questions(sessions, question=None):
    return [turn.question for turn in sessions.turns(question or asked())]


def test_turns_come_oldest_first_without_markers():
    sessions = remembering(answer(2, minutes=2), answer(1, minutes=1))
    assert sessions.turns(asked()) == (
        Turn(question="question 1", answer="At nine."),
        Turn(question="question 2", answer="At nine."),
    )


def test_a_question_that_was_made_standalone_is_remembered_so():
    assert questions(remembering(answer(provenance=Provenance(standalone_question="And the ferry to Hvar?")))) == [
        "And the ferry to Hvar?"
    ]


@pytest.mark.parametrize(
    "other", [{"tenant": "globex"}, {"user_id": "v"}, {"user_id": None}, {"session_id": "t"}, {"session_id": None}]
)
def test_nobody_else_sees_them(other):
    assert questions(remembering(answer()), asked(**other)) == []
    assert questions(remembering(answer(**other)), asked()) == []


def test_nobody_in_particular_is_a_user_as_well():
    assert questions(remembering(answer(user_id=None)), asked(user_id=None)) == ["question 1"]


@pytest.mark.parametrize("kind", [QuestionBlocked, AnswerBlocked, AnswerFailed])
def test_what_was_blocked_or_failed_is_not_remembered(kind):
    assert questions(remembering(answer(kind=kind))) == []


def test_that_nothing_was_found_is_remembered_for_its_question():
    assert questions(remembering(answer(kind=AnswerAbstained))) == ["question 1"]


def test_a_redelivered_answer_is_one_turn():
    assert questions(remembering(answer(), answer(text="again"))) == ["question 1"]


def test_a_redelivered_question_does_not_see_its_own_answer():
    assert questions(remembering(answer(1), answer(2)), asked(query_id="q2")) == ["question 1"]


def test_old_turns_are_forgotten():
    assert questions(remembering(answer(1, minutes=0), answer(2, minutes=30)), asked(minutes=75)) == ["question 2"]


def test_the_last_turns_of_a_session_are_kept_and_each_is_bounded():
    sessions = remembering(
        *(answer(number, minutes=number, text="x" * 500) for number in range(5)), turns=2, characters=9
    )
    assert questions(sessions) == ["question ", "question "]
    assert {turn.answer for turn in sessions.turns(asked())} == {"x" * 9}


def test_the_session_that_was_used_longest_ago_goes_first():
    sessions = remembering(answer(1, session_id="a"), answer(2, session_id="b"), sessions=2)
    assert questions(sessions, asked(session_id="a")) == ["question 1"]
    sessions.add(answer(3, session_id="c"))
    assert [questions(sessions, asked(session_id=each)) for each in "abc"] == [["question 1"], [], ["question 3"]]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20), st.integers(0, 200)), max_size=60))
def test_memory_is_bounded_whatever_comes(said):
    sessions = Sessions(SessionLimits(sessions=3, turns=2, characters=50, total_characters=200))
    for session, number, length in said:
        sessions.add(answer(number, session_id=str(session), text="x" * length, minutes=number))
        kept = [sessions.turns(asked(session_id=str(each), minutes=30)) for each in range(6)]
        assert sum(len(turn.question) + len(turn.answer) for turns in kept for turn in turns) <= 200
        assert max(map(len, kept)) <= 2
        assert len(sessions) <= 3
