import json

import pytest
from typer.testing import CliRunner

from infra.models.card import complete_model
from streams.cli import app
from tests.infra.models.tiny_bert import tiny_model


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command line with an empty cache."""
    monkeypatch.setenv("RAGSTREAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__DEVICE", "cpu")
    monkeypatch.delenv("RAGSTREAM_EMBEDDER__MODEL", raising=False)
    return lambda *arguments, **options: CliRunner().invoke(app, ["models", *arguments], **options)


@pytest.fixture
def tiny(tmp_path):
    model = tiny_model(tmp_path / "cache" / "models" / "tiny-fp32")
    complete_model(model.path, model.manifest, "By hand.", {})
    return model


def listed(result):
    assert result.exit_code == 0, result.output
    return {row["name"]: row for row in json.loads(result.stdout)["models"]}


def test_an_empty_cache_shows_the_default_model_as_one_to_pull(run):
    rows = listed(run("list", "--json"))
    assert [(name, row["here"], row["chosen"]) for name, row in rows.items()] == [("all-MiniLM-L6-v2", False, True)]
    assert "not here yet: ragstream models pull" in run("list", env={"COLUMNS": "200"}).stdout


def test_a_model_of_the_cache_is_listed_with_what_it_is(run, tiny):
    row = listed(run("list", "--json"))["tiny-fp32"]
    expected = {"kind": "embedder", "precision": "fp32", "dimension": 32, "max_tokens": 64, "licence": "Apache-2.0"}
    assert {key: row[key] for key in expected} == expected
    assert (row["id"], row["folder"], row["here"]) == (tiny.embedder_id, str(tiny.path), True)
    assert row["megabytes"] > 0
    assert tiny.embedder_id in run("list", env={"COLUMNS": "300"}).stdout


@pytest.mark.parametrize("by_path", [False, True])
def test_the_chosen_one_is_marked_once(run, tiny, monkeypatch, by_path):
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__MODEL", str(tiny.path) if by_path else "tiny-fp32")
    rows = listed(run("list", "--json"))
    assert [name for name, row in rows.items() if row["chosen"]] == ["tiny-fp32"]
    assert len(rows) == 2


def test_a_chosen_folder_elsewhere_is_listed_too(run, tmp_path, monkeypatch):
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__MODEL", str(tiny_model(tmp_path / "mine").path))
    assert listed(run("list", "--json"))["mine"]["chosen"]


def test_a_card_is_printed_by_name_by_path_and_for_the_chosen_one(run, tiny, monkeypatch):
    card = (tiny.path / "README.md").read_text("utf-8")
    assert run("card", "tiny-fp32").stdout == card
    assert run("card", str(tiny.path)).stdout == card
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__MODEL", "tiny-fp32")
    machine = json.loads(run("card", "--json").stdout)
    assert (machine["card"], machine["id"], machine["pooling"]) == (card, tiny.model_id, "mean")


def test_a_model_without_a_card_ends_with_code_three(run, tmp_path):
    tiny_model(tmp_path / "cache" / "models" / "bare")
    result = run("card", "bare")
    assert result.exit_code == 3
    assert "there is no card in" in result.stderr


def test_the_card_of_a_model_that_is_not_here_is_an_error_in_one_sentence(run):
    result = run("card", "bge-m3")
    assert result.exit_code == 1
    assert result.stderr.startswith("ragstream: there is no model 'bge-m3': `ragstream models list` shows")


def test_pulling_a_model_that_is_here_gives_its_id_and_folder(run, tiny, monkeypatch):
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__MODEL", "tiny-fp32")
    result = run("pull", "--json")
    assert json.loads(result.stdout) == {"embedder": tiny.embedder_id, "folder": str(tiny.path)}
    assert tiny.embedder_id in run("pull").stdout
