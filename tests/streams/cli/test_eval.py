import json
import sys
from importlib import import_module

import pytest
from rich.console import Console
from typer.testing import CliRunner

from streams.cli import app
from tests.streams.cli.test_beir import folder

__all__ = ["folder"]

TIMES = {"p50": 1.0, "p90": 2.0, "p99": 3.0}
FIGURES = {"ndcg@10": 0.72051, "recall@10": 0.85, "recall@100": 0.95, "mrr": 0.69}
REPORT = {
    "embedder_id": "model@1",
    "reranker_id": None,
    "tenant": "eval-1",
    "documents": 5_183,
    "chunks": 10_800,
    "questions": 300,
    "relevant_absent": 0,
    "results": [
        {"mode": "dense", **FIGURES, "embed_ms": TIMES, "search_ms": TIMES},
        {"mode": "hybrid", "alpha": 0.6, "fusion": "relative", **FIGURES, "embed_ms": TIMES, "search_ms": TIMES},
    ],
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("RAGSTREAM_HOME", str(tmp_path / "home"))
    for name in ("RAGSTREAM_KAFKA__BOOTSTRAP", "RAGSTREAM_WEAVIATE__URL"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(app, ["eval", "retrieval", *arguments])


def test_a_folder_that_is_none_is_named_before_anything_is_started(run, tmp_path):
    done = run(str(tmp_path), "--json")
    assert done.exit_code == 3
    assert "there is no file" in json.loads(done.stdout)["error"]


def test_servers_that_do_not_run_are_exit_code_three(run, folder):
    done = run(str(folder))
    assert done.exit_code == 3
    assert "`ragstream up`" in done.stderr


def test_a_mode_that_is_none_is_a_usage_error(run, folder):
    done = run(str(folder), "--modes", "dense,sparse")
    assert done.exit_code == 2
    assert "sparse" in done.stderr


def test_a_missing_library_is_told_in_one_sentence(run, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    done = run(str(folder))
    assert done.exit_code == 1
    assert "pip install" in done.stderr


def test_people_see_what_was_measured_on_and_a_line_for_each_way_to_search():
    console = Console(width=200)
    with console.capture() as capture:
        for table in import_module("streams.cli.eval").tables(REPORT):
            console.print(table)
    shown = capture.get()
    assert "10,800" in shown
    assert "reranker" not in shown
    assert "missing" not in shown
    for line, name in zip(
        [each for each in shown.splitlines() if "0.7205" in each], ["dense", "hybrid 0.6"], strict=True
    ):
        assert name in line
        assert "1.0 / 2.0 / 3.0" in line


def test_people_are_told_of_relevant_documents_that_no_search_can_find():
    console = Console(width=200)
    with console.capture() as capture:
        console.print(import_module("streams.cli.eval").tables({**REPORT, "relevant_absent": 7})[0])
    assert "7 judged relevant, and not in the corpus" in capture.get()
