"""`ragstream eval retrieval` on real servers, with a corpus so small that the right answers are plain."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from infra.settings import Settings
from tests.live.workers import ragstream, ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

TEXTS = {
    "ferry": ("Ferries", "The ferry to Vis leaves Split at seven in the evening and takes two hours."),
    "bread": ("Bread", "Knead the dough for ten minutes, let it rise for an hour, then bake it in a hot oven."),
    "lamp": ("Lighthouse", "The keeper of the lighthouse repaired the lamp in 1911 and polished its lens."),
    "volcano": ("Volcanoes", "Magma rises through cracks in the crust and erupts as lava and ash."),
    "violin": ("Violins", "A violin has four strings, tuned in fifths, and is played with a bow of horsehair."),
    "vaccine": ("Vaccines", "A vaccine trains the immune system to recognise a virus before an infection."),
    "chess": ("Chess", "In chess a pawn that reaches the far side of the board is promoted, mostly to a queen."),
    "whale": ("Whales", "Blue whales are the largest animals on earth and live on krill."),
    "tax": ("Taxes", "The annual tax return is due at the end of July; late filing costs a fee."),
    "router": ("Error ERR-4417", "The router reports ERR-4417 when its firmware is older than its configuration."),
    "glacier": ("Glaciers", "Snow is pressed into ice over centuries, and the glacier flows slowly down the valley."),
    "empty": ("", ""),
}
QUESTIONS = {
    "q1": ("At what time does the ship to Vis depart?", "ferry"),
    "q2": ("How long should the dough rest before baking?", "bread"),
    "q3": ("What does a router mean by ERR-4417?", "router"),
    "q4": ("What do the biggest animals eat?", "whale"),
    "q5": ("When must the tax return be filed?", "tax"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Marked, so that no other run has its tenant."""
    documents = {**TEXTS, "mark": ("", f"Nothing but a mark: {uuid4().hex}.")}
    corpus = [{"_id": key, "title": title, "text": text} for key, (title, text) in documents.items()]
    queries = [{"_id": key, "text": text} for key, (text, _) in QUESTIONS.items()]
    qrels = ["query-id\tcorpus-id\tscore", *(f"{key}\t{right}\t1" for key, (_, right) in QUESTIONS.items())]
    (tmp_path / "corpus.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in corpus), "utf-8")
    (tmp_path / "queries.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in queries), "utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("\n".join(qrels), "utf-8")
    return tmp_path


def test_a_corpus_is_indexed_once_asked_in_each_mode_and_forgotten_on_request(
    live_workers: Settings, folder: Path
) -> None:
    first = ragstream_json(live_workers, "eval", "retrieval", str(folder))
    assert (first["documents"], first["questions"], first["new"], first["skipped"]) == (13, 5, 12, 1)
    dense, lexical, hybrid = first["results"]
    assert [row["mode"] for row in first["results"]] == ["dense", "lexical", "hybrid"]
    assert dense["ndcg@10"] == dense["recall@10"] == hybrid["ndcg@10"] == 1
    assert 0.4 < lexical["recall@100"] <= 1
    for row in first["results"]:
        assert 0 < row["search_ms"]["p50"] <= row["search_ms"]["p90"] <= row["search_ms"]["p99"]
    again = ragstream_json(live_workers, "eval", "retrieval", str(folder), "--modes", "dense", "--forget")
    assert (again["tenant"], again["new"], again["unchanged"]) == (first["tenant"], 0, 12)
    assert again["results"][0]["ndcg@10"] == 1
    gone = ragstream_json(live_workers, "ask", QUESTIONS["q1"][0], "--tenant", first["tenant"])
    assert gone["type"] == "AnswerAbstained"
    assert not gone["looked_at"]


def test_people_get_a_table_with_a_line_for_each_alpha(
    live_workers: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    arguments = ("--modes", "hybrid", "--alpha", "0.2", "--alpha", "0.8", "--limit", "3", "--forget")
    shown = ragstream(live_workers, "eval", "retrieval", str(folder), *arguments)
    assert shown.returncode == 0, shown.stderr
    assert "hybrid 0.2" in shown.stdout
    assert "hybrid 0.8" in shown.stdout
    assert "asking 2 questions" in shown.stderr


def test_documents_that_cannot_be_indexed_end_it_with_exit_code_one(live_workers: Settings, folder: Path) -> None:
    large = {"_id": "large", "title": "", "text": "word " * 2_000_000}
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(large) + "\n")
    failed = ragstream(live_workers, "eval", "retrieval", str(folder), "--json")
    assert failed.returncode == 1
    assert "of the corpus's documents 1 cannot be indexed: failed: large" in json.loads(failed.stdout)["error"]


def test_a_folder_without_judgements_is_exit_code_three(live_workers: Settings, folder: Path) -> None:
    missing = ragstream(live_workers, "eval", "retrieval", str(folder), "--split", "dev")
    assert missing.returncode == 3
    assert "qrels/dev.tsv" in missing.stderr
