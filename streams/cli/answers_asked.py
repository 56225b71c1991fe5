"""Questions in, the answers that the workers gave through Kafka out, several at a time."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from schemas.answers import Answer
from schemas.questions import MAX_DEADLINE_MS


class Client(Protocol):
    """What is asked with: `RagstreamClient`."""

    async def ask(self, text: str, *, timeout_s: float, tenant: str, deadline_ms: int | None) -> Answer: ...


async def ask_through_kafka(
    client: Client, tenant: str, questions: Sequence[str], *, at_once: int, timeout_s: float, asked: Callable[[], None]
) -> list[Answer]:
    """One answer a question, in order; `at_once` wait at the same time. `asked` is told of each.

    A question is waited for `timeout_s` seconds. Raises what the client raises.
    """
    turns = asyncio.Semaphore(at_once)
    deadline_ms = min(MAX_DEADLINE_MS, int(timeout_s * 1_000))

    async def one(text: str) -> Answer:
        async with turns:
            answer = await client.ask(text, timeout_s=timeout_s, tenant=tenant, deadline_ms=deadline_ms)
        asked()
        return answer

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(text)) for text in questions]
    return [task.result() for task in tasks]
