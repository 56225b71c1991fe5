"""The page about other languages is true: its programs run as they stand, and AsyncAPI's own parser takes ours."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from infra.settings import Settings
from schemas.feedback import FeedbackGiven, OutcomeScored
from streams.client import RagstreamClient
from tests.live.foreign_programs import ASYNCAPI_PARSER, LANGUAGES, install, run, run_program

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
ANSWER = "Drain the pump before the first frost."
VALIDATE = """
const { Parser } = require("@asyncapi/parser");
const { readFileSync } = require("node:fs");
const path = process.argv[2];
new Parser().parse(readFileSync(path, "utf8"), { source: path }).then(({ document, diagnostics }) => {
  for (const each of diagnostics) console.log(each.severity, each.code, each.path.join("."), each.message);
  console.log(document ? `${document.version()}, ${document.channels().all().length} channels` : "refused");
});
"""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_program_in_another_language_sends_a_document_asks_and_gives_feedback(
    language: str, live_workers: Settings, tmp_path: Path
) -> None:
    printed = await asyncio.to_thread(run_program, language, live_workers, tmp_path)
    # Clients may print lines of their own.
    assert any(ANSWER in line for line in printed), printed
    assert f"pump-1 {ANSWER}" in printed
    assert await score_by(live_workers, language) == 1.0


async def score_by(settings: Settings, user: str) -> float | None:
    """What the answer that a user voted on is worth."""
    async with (
        asyncio.timeout(60),
        RagstreamClient(settings.kafka.bootstrap or "", namespace=settings.namespace) as client,
    ):
        voted = await first(
            client, "feedback", lambda event: isinstance(event, FeedbackGiven) and event.user_id == user
        )
        outcome = await first(
            client,
            "outcomes",
            lambda event: (
                isinstance(event, OutcomeScored)
                and (event.answer_id, event.metric) == (voted.answer_id, "feedback")
                and event.score is not None
            ),
        )
        return cast("OutcomeScored", outcome).score


async def first(client: RagstreamClient, topic: str, wanted: Callable[[Any], bool]) -> Any:
    """The first event of a topic, from its beginning, that is wanted."""
    async for event in client.watch(topic, since="start"):
        if wanted(event):
            return event
    raise AssertionError


def test_asyncapis_own_parser_finds_nothing_wrong_with_our_document(tmp_path: Path) -> None:
    install(ASYNCAPI_PARSER, tmp_path)
    (tmp_path / "validate.js").write_text(VALIDATE, "utf-8")
    said = run("node", "validate.js", str(ROOT / "docs" / "asyncapi.yaml"), folder=tmp_path)
    assert len(said) == 1, said
    assert said[0].startswith("3.1.0, ")
