import os
import sys
from pathlib import Path

import pytest

from bench.ingest_corpus import ADDED, Document, Part, edited, read
from bench.ingest_report import TARGETS, ratios, table
from bench.ingest_spent import milliseconds_each, processor_seconds
from infra.local.process import ManagedProcess

CORPUS = '{"_id": "1", "title": "Heat", "text": "It is warm. It is dry."}\n{"_id": "2", "title": "", "text": "Cold."}\n'


def document(number: int) -> Document:
    return Document(f"d{number}", None, "One. Two. Three.", "text/plain")


def figures(documents: int, seconds: float) -> dict[str, float]:
    return {"documents": documents, "chunks": 2 * documents, "seconds": seconds}


ROUND = {
    "langchain": figures(10, 8.0),
    "haystack": figures(10, 10.0),
    "first": figures(10, 2.0),
    "engine": {"chunks": 20, "seconds": 1.9},
    "unchanged": figures(10, 0.02),
    "edited": figures(10, 0.2),
}


def test_a_beir_corpus_is_read_title_and_text_apart(tmp_path: Path):
    (tmp_path / "corpus.jsonl").write_text(CORPUS, "utf-8")

    whole = [each.whole for each in read(tmp_path, None, Part(0, 1))]

    assert whole == ["Heat It is warm. It is dry.", "Cold."]


def test_a_folder_of_text_files_is_read_with_their_content_types(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.md").write_text("# B", "utf-8")
    (tmp_path / "a.txt").write_text("A", "utf-8")
    (tmp_path / "c.png").write_bytes(b"C")

    found = [(each.doc_id, each.content_type) for each in read(tmp_path, None, Part(0, 1))]

    assert found == [("a.txt", "text/plain"), ("sub/b.md", "text/markdown")]


def test_the_parts_of_a_corpus_are_all_of_it_once(tmp_path: Path):
    (tmp_path / "corpus.jsonl").write_text(CORPUS, "utf-8")

    ids = [each.doc_id for number in range(2) for each in read(tmp_path, None, Part(number, 2))]

    assert sorted(ids) == ["1", "2"]


def test_a_folder_without_documents_is_refused_in_a_sentence(tmp_path: Path):
    with pytest.raises(SystemExit, match="has no document for part 1 of 1"):
        read(tmp_path, None, Part(0, 1))


def test_one_per_cent_is_edited_by_one_sentence_and_always_the_same():
    documents = [document(number) for number in range(201)]

    changed = edited(documents)

    assert changed == edited(documents[::-1])
    assert len(changed) == 3
    assert {each.text for each in changed.values()} == {f"One. {ADDED}Two. Three."}


def test_ratios_are_medians_of_the_rounds_and_compare_with_the_fastest_framework():
    slow = {**ROUND, "first": figures(10, 4.0)}

    found = ratios([ROUND, ROUND, slow])

    assert found == pytest.approx({"best framework": 4.0, "embedder alone": 0.95, "unchanged": 100.0, "edited": 10.0})


def test_the_table_says_which_target_was_met_and_which_missed():
    lines = table({"rounds": [ROUND], "ratios": ratios([ROUND])}).splitlines()

    verdicts = {line.split("  ")[0]: line.split()[-1] for line in lines[-len(TARGETS) :]}

    assert verdicts == {"best framework": "met", "embedder alone": "met", "unchanged": "met", "edited": "MISSED"}


def test_the_table_tells_the_processor_time_of_each_process_in_the_median():
    rounds = [
        {**ROUND, "unchanged": {**ROUND["unchanged"], "processor_ms": {"kafka": ms, "plan": 1.0}}} for ms in (2, 4, 9)
    ]

    lines = table({"rounds": rounds, "ratios": ratios(rounds)}).splitlines()

    assert lines[-1] == "ragstream, unchanged: 5.00 (kafka 4.00, plan 1.00)"


def test_processor_time_is_read_by_name_and_shared_out_over_the_documents(tmp_path: Path):
    process = ManagedProcess("spinner", tmp_path)
    process.start([sys.executable, "-c", "while True: pass"], dict(os.environ))
    try:
        before = processor_seconds(tmp_path)
        while processor_seconds(tmp_path)["spinner"] < before["spinner"] + 0.1:
            pass
        spent = milliseconds_each(before, processor_seconds(tmp_path) | {"new": 1.0}, 10)
    finally:
        process.stop(1.0)
    assert list(spent) == ["spinner"]
    assert spent["spinner"] >= 10
