import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from infra.examination import Finding
from streams.cli import app, doctor
from tests.infra.models.tiny_bert import tiny_model

GOOD, NOTE, BAD = (Finding("embedder", verdict, "tiny", "look") for verdict in ("good", "note", "bad"))
WORKER = {"running": True, "pid": 7, "embedder": None}
AWAY = {"running": False, "pid": None, "embedder": None}


@pytest.fixture
def run(monkeypatch, tmp_path):
    def invoked(finding, *arguments, kafka=None, weaviate=None, **roles):
        async def gather(_):
            servers = {
                "kafka": kafka or {"bootstrap": "k:1", "running": True},
                "weaviate": weaviate or {"url": None, "running": False},
            }
            return {**servers, "roles": roles}

        monkeypatch.setattr(doctor, "examine", lambda _: iter([finding]))
        monkeypatch.setattr(doctor, "gather", gather)
        monkeypatch.setenv("RAGSTREAM_EMBEDDER__MODEL", str(tmp_path / "tiny"))
        return CliRunner().invoke(app, ["doctor", *arguments], env={"COLUMNS": "200"})

    return invoked


@pytest.mark.parametrize(("finding", "code"), [(GOOD, 0), (NOTE, 0), (BAD, 1)])
def test_only_what_is_wrong_makes_the_exit_code_one(run, finding, code):
    assert run(finding, plan=AWAY).exit_code == code


def test_a_server_with_an_error_is_bad_and_one_that_was_not_started_is_a_note(run):
    result = run(GOOD, "--json", kafka={"bootstrap": "k:1", "running": True, "error": "no topics"})
    assert result.exit_code == 1
    found = {each["subject"]: each for each in json.loads(result.stdout)["findings"]}
    assert (found["kafka"]["verdict"], found["kafka"]["remedy"]) == ("bad", "no topics")
    assert (found["weaviate"]["verdict"], found["weaviate"]["remedy"]) == ("note", "run `ragstream up`, or start yours")


def test_people_see_each_worker_and_where_it_says_that_it_embeds(run):
    """FAILURES 31."""
    on_cuda = {**WORKER, "embedder": {"model": "tiny@1", "providers": ["CUDAExecutionProvider"], "workers": 1}}
    shown = run(NOTE, plan=WORKER, index=on_cuda, answer=AWAY).stdout
    assert "process 7, embeds on CUDA x 1" in shown
    assert "does not run on this machine" in shown
    assert "look" in shown


def test_a_path_is_shown_whole_in_a_narrow_terminal():
    path = "/models/" + "x" * 90
    console = Console(width=80)
    with console.capture() as capture:
        console.print(doctor._table([Finding("embedder", "bad", "tiny", path)]))
    assert capture.get().count("x") == 90


@pytest.mark.parametrize("name", ["kafka", "weaviate"])
def test_a_server_that_the_settings_name_is_bad_when_it_is_away_since_up_would_start_none(run, monkeypatch, name):
    variable = {"kafka": "RAGSTREAM_KAFKA__BOOTSTRAP", "weaviate": "RAGSTREAM_WEAVIATE__URL"}[name]
    where = {"kafka": {"bootstrap": "k:1"}, "weaviate": {"url": "http://w:1"}}[name]
    monkeypatch.setenv(variable, next(iter(where.values())))
    result = run(GOOD, "--json", **{name: {**where, "running": False}})
    assert result.exit_code == 1
    found = {each["subject"]: each for each in json.loads(result.stdout)["findings"]}[name]
    assert found["verdict"] == "bad"
    assert found["remedy"] == f"start it, or mend {variable}"


def test_a_worker_that_runs_another_model_than_the_settings_choose_is_noted(run, tmp_path):
    chosen = tiny_model(tmp_path / "tiny").model_id
    embedders = {"index": "other@2", "answer": chosen}
    workers = {
        role: {**WORKER, "embedder": {"model": model, "providers": ["CPUExecutionProvider"], "workers": 2}}
        for role, model in embedders.items()
    }
    result = run(GOOD, "--json", plan=WORKER, **workers)
    found = {each["subject"]: each for each in json.loads(result.stdout)["findings"]}
    assert [found[role]["verdict"] for role in ("plan", "index", "answer")] == ["good", "note", "good"]
    assert found["index"]["found"] == "process 7, embeds on CPU x 2, with other@2"
    assert chosen in found["index"]["remedy"]


def test_chunks_that_the_chosen_model_does_not_take_are_bad_before_a_worker_refuses_them(run, tmp_path, monkeypatch):
    tiny_model(tmp_path / "tiny")
    result = run(GOOD, "--json")
    assert result.exit_code == 1
    found = {each["subject"]: each for each in json.loads(result.stdout)["findings"]}["planning"]
    assert found["found"] == "chunks of 230 tokens"
    assert "the embedder takes 64; set it to 38 or less" in found["remedy"]
    monkeypatch.setenv("RAGSTREAM_PLANNING__MIN_TOKENS", "16")
    monkeypatch.setenv("RAGSTREAM_PLANNING__MAX_TOKENS", "38")
    assert run(GOOD).exit_code == 0
