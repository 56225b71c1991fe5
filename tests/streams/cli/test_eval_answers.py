import json
from importlib import import_module

import pytest
from rich.console import Console
from typer.testing import CliRunner

from streams.cli import app
from streams.cli.answers_evaluation import PLAIN, numbers
from streams.cli.eval_answers import tables
from tests.streams.cli.test_curve_plot import CURVES
from tests.streams.cli.test_squad import article, asked, write

THREE = {"p50": 1.0, "p90": 2.0, "p99": 3.0}
REPORT = {
    "embedder_id": "model@1",
    "tenant": "eval-1",
    "documents": 646,
    "questions": 6_078,
    "at_once": 8,
    "answerable": 2_910,
    "unanswerable": 3_168,
    "other_questions": 0,
    "retrieved": 0.979,
    "answered": 0.86,
    "gold": 0.784,
    "abstained_unanswerable": 0.475,
    "abstained_other": None,
    "wrong": 0.44,
    "outcomes": {"AnswerAbstained": 10, "AnswerServed": 20},
    "generators": {"extractive-1": 20},
    "characters": THREE,
    "latency_ms": THREE,
    "checked": {"answers": 20, "citations": 33, "failed": 1, "failures": ["q7: d1 3-9"]},
    "curves": {"ours": [{"asked_for": 0.8, "threshold": 0.3, "gold": 0.8, "wrong": 0.6}], PLAIN: []},
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("RAGSTREAM_HOME", str(tmp_path / "home"))
    for name in ("RAGSTREAM_KAFKA__BOOTSTRAP", "RAGSTREAM_WEAVIATE__URL"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(app, ["eval", "answers", *arguments])


def test_a_folder_that_is_none_is_named_before_anything_is_started(run, tmp_path):
    done = run(str(tmp_path), "--json")
    assert done.exit_code == 3
    assert "SQuAD" in json.loads(done.stdout)["error"]


def test_servers_that_do_not_run_are_exit_code_three(run, tmp_path):
    write(tmp_path, article({"context": "It leaves at seven.", "qas": [asked(1, "When?", "seven")]}))
    done = run(str(tmp_path))
    assert done.exit_code == 3
    assert "`ragstream up`" in done.stderr


def test_people_see_every_figure_and_which_citation_failed():
    console = Console(width=160)
    with console.capture() as capture:
        for table in tables(REPORT):
            console.print(table)
    shown = capture.get()
    for each in ("97.9%", "78.4%", "47.5%", "44.0%", "2,910 answerable", "33 in 20 answers", "1 failed; q7: d1 3-9"):
        assert each in shown
    assert "nothing to count" in shown
    assert "40.0%, threshold 0.300" in shown
    assert "not reached" in shown


def test_curves_are_told_at_the_shares_that_they_reach():
    told = numbers(CURVES)
    assert [point["asked_for"] for point in told["ours"]] == [0.85, 0.8, 0.75, 0.7, 0.6]
    assert told["<plain>"] == []


def test_eval_has_both_commands():
    names = {
        command.name or command.callback.__name__
        for command in import_module("streams.cli.eval").app.registered_commands
    }
    assert {"retrieval", "answers"} <= names
