"""Logs of real workers: every question and document has its line, and nobody's words are in any file."""

import json
import time
from pathlib import Path
from uuid import uuid4

import pytest

from infra.settings import Settings
from tests.live.workers import ragstream, ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

CARD, MAIL = "4111 1111 1111 1111", "zoe.planted@example.com"
SECRET = "AKIAIOSFODNN7EXAMPLE"  # noqa: S105 - the example of its issuer
FERRY = "The ferry to Vis leaves Split at noon. Bicycles travel free of charge on it."
DOCUMENT = f"The ferry to Lastovo has an office in Vela Luka. Write to {MAIL}, pay with {CARD}, and use {SECRET}."
PLANTED = (CARD, MAIL, SECRET, "leaves Split", "ferry to Vis", "Vela Luka")
QUESTIONS = (
    "When does the ferry to Vis leave Split?",
    f"My card is {CARD}: when does the ferry to Vis leave?",
    f"Is {MAIL} with the key {SECRET} on the ferry to Vis?",
)


def log_lines(settings: Settings, *arguments: str) -> list[dict[str, object]]:
    done = ragstream(settings, "logs", "--json", "--last", "100000", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_question_and_document_has_one_line_and_no_file_has_a_word_of_them(
    live_workers: Settings, tmp_path: Path
) -> None:
    """FAILURES 79 and 80."""
    tenant = f"logs-{uuid4().hex[:8]}"
    (tmp_path / "ferry.md").write_text(FERRY, "utf-8")
    (tmp_path / "office.md").write_text(DOCUMENT, "utf-8")
    ragstream_json(live_workers, "ingest", str(tmp_path), "--wait", "--tenant", tenant)
    answers = [ragstream_json(live_workers, "ask", question, "--tenant", tenant) for question in QUESTIONS]
    ragstream_json(live_workers, "feedback", str(answers[0]["answer_id"]), "up", "--tenant", tenant)
    deadline = time.monotonic() + 30
    ours: list[dict[str, object]] = []
    while time.monotonic() < deadline and not any(line["event"] == "FeedbackGiven" for line in ours):
        ours = [line for line in log_lines(live_workers) if line.get("tenant") == tenant]
    for answer in answers:
        about = [each for each in ours if each.get("answer_id") == answer["answer_id"]]
        [line] = [each for each in about if each["event"] != "FeedbackGiven"]
        assert line["event"] == answer["type"]
        assert line["trace_id"] == answer["provenance"]["trace_id"]
        assert (line["stage"], line["outcome"]) == ("answer", "processed")
        assert isinstance(line["offset"], int)
    assert [line["event"] for line in ours if line["event"] == "DocumentIndexed"] == ["DocumentIndexed"] * 2
    assert answers[0]["type"] == "AnswerServed"
    followed = log_lines(live_workers, "--trace", str(answers[0]["answer_id"]))
    assert {line["event"] for line in followed} >= {answers[0]["type"], "FeedbackGiven"}
    time.sleep(2)  # spans are written about a second after they end
    for path in (*live_workers.home.glob("logs/*"), *live_workers.home.glob("traces/*")):
        written = path.read_text("utf-8", "replace")
        assert [word for word in PLANTED if word in written] == [], path
