"""Answers in, the last turns of each session out: a window in memory, bounded in every direction.

A session belongs to a tenant and a user: the same id under another tenant or user is another session, so nobody can
read along by guessing it. Only what was said to the asker is kept; a question or an answer that was blocked is not.
"""

from bisect import insort
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from agents.answering.markers import without_references
from schemas.answers import Answer, AnswerAbstained, AnswerServed
from schemas.drafts import Turn
from schemas.questions import QuestionAsked

Key: TypeAlias = tuple[str, str, str | None]
"""Tenant, session, user."""


@dataclass(frozen=True, order=True)
class _Said:
    at: datetime
    query_id: str
    turn: Turn = field(compare=False)


@dataclass(frozen=True)
class SessionLimits:
    """What is kept at most."""

    sessions: int = 10_000
    turns: int = 6
    """Of each session, the last."""
    characters: int = 2_000
    """Of a question, and of an answer."""
    total_characters: int = 32_000_000
    window: timedelta = timedelta(hours=1)
    """A turn that is older than this when the next question is asked is forgotten."""


class Sessions:
    """The turns of the sessions that somebody used last."""

    def __init__(self, limits: SessionLimits | None = None) -> None:
        self.limits = limits or SessionLimits()
        self._sessions: OrderedDict[Key, list[_Said]] = OrderedDict()
        self._characters = 0

    def __len__(self) -> int:
        return len(self._sessions)

    def add(self, answer: Answer) -> None:
        """Remember an answer that belongs to a session; a second one to the same question changes nothing."""
        if answer.session_id is None or not isinstance(answer, AnswerServed | AnswerAbstained):
            return
        key = (answer.tenant, answer.session_id, answer.user_id)
        said = self._sessions.setdefault(key, [])
        if any(each.query_id == answer.query_id for each in said):
            return
        most = self.limits.characters
        asked = answer.provenance.standalone_question or answer.question
        turn = Turn(question=asked[:most], answer=without_references(answer.text)[0][:most])
        insort(said, _Said(answer.at, answer.query_id, turn))
        self._characters += _size(turn)
        for forgotten in said[: -self.limits.turns]:
            self._characters -= _size(forgotten.turn)
        del said[: -self.limits.turns]
        self._sessions.move_to_end(key)
        self._make_room()

    def turns(self, question: QuestionAsked) -> Sequence[Turn]:
        """The last turns of the question's session, oldest first."""
        if question.session_id is None:
            return ()
        key = (question.tenant, question.session_id, question.user_id)
        said = self._sessions.get(key, [])
        if said:
            self._sessions.move_to_end(key)
        oldest = question.at - self.limits.window
        return tuple(each.turn for each in said if each.at >= oldest and each.query_id != question.query_id)

    def _make_room(self) -> None:
        while len(self._sessions) > self.limits.sessions or self._characters > self.limits.total_characters:
            _, said = self._sessions.popitem(last=False)
            self._characters -= sum(_size(each.turn) for each in said)


def _size(turn: Turn) -> int:
    return len(turn.question) + len(turn.answer)
