"""A cited document changes on real servers: its outdated answers are announced within five seconds, others never."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from infra.settings import Settings
from schemas.answers import AnswerServed
from schemas.documents import DocumentUpserted
from schemas.operations import AlertFired
from streams.client import RagstreamClient
from tests.journeys.lineage_stories import HALF_PAST, TOLLS
from tests.journeys.stories import FERRY

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]
WITHIN_S = 5.0
DOC_ID = "ferry-lineage"


@pytest.fixture
async def client(live_workers: Settings) -> AsyncIterator[RagstreamClient]:
    async with RagstreamClient(live_workers.kafka.bootstrap or "", namespace=live_workers.namespace) as client:
        yield client


async def announced(client: RagstreamClient, change: str, within_s: float) -> AlertFired | None:
    """The alert about the document after a change of it, or None when none came in time."""
    alerts = client.watch("alerts")
    coming = asyncio.ensure_future(_outdated(alerts))
    await asyncio.sleep(1.0)  # the reader is at the end of the topic before the change
    try:
        await client.ingest([DocumentUpserted(doc_id=DOC_ID, text=change)])
        return await asyncio.wait_for(coming, within_s)
    except TimeoutError:
        return None


async def _outdated(alerts: AsyncIterator[object]) -> AlertFired:
    async for event in alerts:
        if isinstance(event, AlertFired) and event.alert == "answers-outdated" and event.labels["doc_id"] == DOC_ID:
            return event
    raise AssertionError


async def test_outdated_answers_are_announced_within_five_seconds_and_other_changes_are_not(
    client: RagstreamClient,
) -> None:
    await client.ingest([DocumentUpserted(doc_id=DOC_ID, text=FERRY)])
    answer = await client.ask("When does the ferry to Hvar leave Split?")
    assert isinstance(answer, AnswerServed)
    assert DOC_ID in {each.doc_id for each in answer.citations}
    assert await announced(client, TOLLS, WITHIN_S) is None, "what was cited still stands there"
    alert = await announced(client, HALF_PAST, WITHIN_S)
    assert alert is not None
    assert alert.once
    assert answer.answer_id in {each.answer_id for each in alert.evidence}
