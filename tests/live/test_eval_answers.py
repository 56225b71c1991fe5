"""`ragstream eval answers` on real servers, with paragraphs so few that the right answers are plain."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from infra.settings import Settings
from streams.cli.eval_asker import opened_asker
from tests.live.workers import ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

FERRY = "The ferry to Vis leaves Split at seven in the evening. Tickets are sold at the pier."
BREAD = "Knead the dough for ten minutes. Let the dough rise for an hour, then bake it in a hot oven."
OTHER = "A vaccine trains the immune system to recognise a virus before an infection."


def asked(number: int, text: str, *gold: str) -> dict[str, object]:
    answers = [{"text": each, "answer_start": 0} for each in gold]
    return {"id": f"q{number}", "question": text, "is_impossible": not gold, "answers": answers}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Marked, so that no other run has its tenant; with a folder of another corpus beside it."""
    paragraphs = [
        {"context": FERRY, "qas": [asked(1, "When does the ferry to Vis leave Split?", "seven")]},
        {"context": BREAD, "qas": [asked(2, "How long does the dough rise?", "an hour")]},
        {
            "context": f"Nothing but a mark: {uuid4().hex}.",
            "qas": [asked(3, "When does the ferry to Vis not leave Split?")],
        },
    ]
    (tmp_path / "dev.json").write_text(json.dumps({"data": [{"title": "x", "paragraphs": paragraphs}]}), "utf-8")
    other = tmp_path / "other"
    (other / "qrels").mkdir(parents=True)
    (other / "corpus.jsonl").write_text(json.dumps({"_id": "v", "title": "", "text": OTHER}), "utf-8")
    (other / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "What does a vaccine train?"}), "utf-8")
    (other / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tv\t1\n", "utf-8")
    return tmp_path


def test_answers_are_asked_through_kafka_judged_and_their_citations_checked(
    live_workers: Settings, folder: Path
) -> None:
    page = folder / "page.html"
    report = ragstream_json(
        live_workers, "eval", "answers", str(folder), "--other", str(folder / "other"), "--html", str(page), "--forget"
    )
    assert (report["documents"], report["answerable"], report["unanswerable"], report["other_questions"]) == (
        3,
        2,
        1,
        1,
    )
    assert report["retrieved"] == report["gold"] == 1
    assert report["abstained_unanswerable"] == report["abstained_other"] == 1
    assert report["wrong"] == 0
    assert report["checked"]["failed"] == 0
    assert report["checked"]["citations"] >= 2
    assert "polyline" in page.read_text("utf-8")


async def test_the_asker_is_opened_with_the_workers_embedder(live_workers: Settings) -> None:
    async with opened_asker(live_workers, "nobody", machine=True) as asker:
        assert asker.embedder.embedder_id
        assert asker.tenant == "nobody"
