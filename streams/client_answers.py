"""Answers of everybody in, each asker's own answer out: many questions wait on one reader."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.answers import Answer
from schemas.event import Event
from schemas.operations import DeadLettered
from streams.client_values import DeadLetteredError, NotInTimeError

GRACE_S: Final = 1.0
"""A question that failed for good gets a dead letter and an `AnswerFailed`, on two topics: the answer says more."""


@dataclass
class _Waiting:
    answer: "asyncio.Future[Answer]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    letter: "asyncio.Future[DeadLettered]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class PendingQuestions:
    """Questions that were asked and have no answer yet, by query id."""

    def __init__(self, queries: str) -> None:
        """`queries` is the name, on Kafka, of the topic of questions."""
        self._queries = queries
        self._waiting: dict[str, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def expect(self, query_id: str) -> None:
        """Keep what arrives for this question; call it before the question is sent."""
        self._waiting[query_id] = _Waiting()

    def forget(self, query_id: str) -> None:
        """Nobody waits any more."""
        self._waiting.pop(query_id, None)

    def arrived(self, event: Event) -> None:
        """Hand an answer, or a dead letter, to whom it is for; a second answer (a redelivery) changes nothing."""
        if isinstance(event, Answer):
            waiting = self._waiting.get(event.query_id)
            if waiting is not None and not waiting.answer.done():
                waiting.answer.set_result(event)
        elif isinstance(event, DeadLettered) and event.topic == self._queries:
            waiting = self._waiting.get(_id_of_record(event))
            if waiting is not None and not waiting.letter.done():
                waiting.letter.set_result(event)

    def fail(self, error: BaseException) -> None:
        """Nothing can arrive any more: everybody who waits gets `error`."""
        for waiting in self._waiting.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(error)

    async def answer(self, query_id: str, timeout_s: float) -> Answer:
        """The answer to an expected question.

        Raises `NotInTimeError` after `timeout_s` seconds, `DeadLetteredError` when there is none and never will be,
        and what `fail` was told.
        """
        waiting = self._waiting[query_id]
        either: set[asyncio.Future[Any]] = {waiting.answer, waiting.letter}
        await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if waiting.letter.done():
            await asyncio.wait({waiting.answer}, timeout=GRACE_S)
        if waiting.answer.done():
            return waiting.answer.result()
        if waiting.letter.done():
            raise DeadLetteredError(waiting.letter.result())
        raise NotInTimeError(
            f"no answer to question {query_id} within {timeout_s:g} s; it stays on topic {self._queries} and is "
            "answered once a worker of role `answer` gets to it"
        )


def _id_of_record(letter: DeadLettered) -> str:
    found = next((header.value for header in letter.headers if header.key == "ce_id"), None)
    return (found or b"").decode("utf-8", "replace")
