"""New documents, questions and votes at a steady rate, of many tenants, with words in them to look for."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from schemas.answers import AnswerFailed
from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.documents import DocumentUpserted
from schemas.failures import RagstreamError
from streams.client import RagstreamClient

TENANTS = 30
CARD = "4111 1111 1111 1111"
MAIL = "a.user@example.com"
OF_DOCUMENTS, OF_QUESTIONS = "quillfeather", "wexcombe"
SECRETS = {
    "RAGSTREAM_DISPATCH__SIGNING_KEY": "soak-signing-key-0123456789abcdef",
    "RAGSTREAM_GENERATOR__API_KEY": "soak-api-key-0123456789abcdef",
}
PLANTED = (CARD, MAIL, OF_DOCUMENTS, OF_QUESTIONS, *SECRETS.values())
"""Words that are in every twentieth document and question, in all of them, or in the settings."""
EVERY = 20
HURRIED = 7
"""One question in so many has a deadline that it may miss, at any of its steps."""
DEADLINES_MS = (1, 3, 6, 10, 15, 22, 30, 45)
TIMEOUT_S = 30.0


def document(number: int) -> DocumentUpserted:
    """Some hundred words about a ferry that no other document is about."""
    name = f"{OF_DOCUMENTS}-{number}"
    lines = [
        f"The {name} ferry leaves pier {part} at {part + 1} o'clock and takes {number % 90 + 5} minutes."
        for part in range(8)
    ]
    planted = f" Write to {MAIL} or pay with {CARD}." if number % EVERY == 0 else ""
    at = datetime.now(UTC)
    return DocumentUpserted(
        event_id=f"soak-{number}", at=at, tenant=tenant(number), doc_id=f"doc-{number}", text=" ".join(lines) + planted
    )


def question(number: int) -> str:
    """About a ferry that there is, or about nothing."""
    planted = f" My card is {CARD}, mail {MAIL}." if number % EVERY == 0 else ""
    subject = f"the {OF_DOCUMENTS}-{number // 4} ferry" if number % 3 else "the opera about the astronaut"
    return f"For {OF_QUESTIONS}-{number}: when does {subject} leave pier 3?{planted}"


def deadline_ms(number: int) -> int | None:
    """What goes wrong on a busy day goes wrong from the first minute on, so that its series are there by then."""
    turn, rest = divmod(number, HURRIED)
    return DEADLINES_MS[turn % len(DEADLINES_MS)] if rest == 0 else None


def incident(at: datetime) -> tuple[ConditionRaised, ConditionCleared]:
    """Something that begins and ends at once, so that somebody is told of it twice."""
    about = {"fingerprint": "soak", "name": "soak", "at": at, "since": at}
    return ConditionRaised(event_id="soak-raised", **about), ConditionCleared(event_id="soak-cleared", **about)


def tenant(number: int) -> str:
    return f"soak-{number % TENANTS}"


class Load:
    """What is sent, and what came of it."""

    def __init__(self, client: RagstreamClient, questions: float, documents: float) -> None:
        """`questions` and `documents` are a second."""
        self._client = client
        self._rates = questions, documents
        self.answered = self.failed = self.sent = self.late = 0

    async def run(self, seconds: float) -> None:
        """Send for so long, whatever comes back, then wait for what is still under way."""
        questions, documents = self._rates
        await asyncio.gather(
            self._steadily(documents, seconds, self._ingest),
            self._steadily(questions, seconds, self._ask),
        )

    async def _steadily(self, rate: float, seconds: float, send: Callable[[int], Awaitable[None]]) -> None:
        now = asyncio.get_running_loop().time
        began = now()
        async with asyncio.TaskGroup() as group:
            for number in itertools.count():
                due = began + number / rate
                if due - began >= seconds:
                    return
                await asyncio.sleep(max(0.0, due - now()))
                group.create_task(send(number))

    async def _ingest(self, number: int) -> None:
        await self._client.ingest([document(number)])
        self.sent += 1

    async def _ask(self, number: int) -> None:
        about = tenant(number // 4)
        try:
            answer = await self._client.ask(
                question(number),
                tenant=about,
                user_id=f"user-{number}",
                session_id=f"s-{number}",
                deadline_ms=deadline_ms(number),
                timeout_s=TIMEOUT_S,
            )
            if number % EVERY == 1:
                await self._client.feedback(answer.answer_id, 1.0, tenant=about, user_id=f"user-{number}")
        except RagstreamError:
            self.late += 1
            return
        self.answered += 1
        self.failed += isinstance(answer, AnswerFailed)

    def figures(self, seconds: float) -> dict[str, Any]:
        return {
            "questions_per_s": round(self.answered / seconds, 2),
            "documents_per_s": round(self.sent / seconds, 2),
            "answered": self.answered,
            "failed": self.failed,
            "unanswered": self.late,
            "documents": self.sent,
        }
