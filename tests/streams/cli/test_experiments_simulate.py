"""`experiments simulate`, with the log and what answers replaced."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from typer.testing import CliRunner

from agents.ports import EmbeddingSpace
from schemas.answers import AnswerServed, Provenance
from schemas.experiments import Arm
from schemas.failures import ConfigurationError
from schemas.questions import QuestionAsked
from streams.cli import app
from streams.cli.output import Exit
from streams.experiment_file import experiment_yaml
from tests.agents.answering.fakes import Playbook, passage
from tests.streams.experiment_samples import defined

module = import_module("streams.cli.experiments_simulate")
NOW = datetime.now(UTC)
FERRY = passage("The ferry to Hvar leaves Split at half past nine.", similarity=0.4)


def asked(number, text="When does the morning ferry leave?", age=timedelta(), **more):
    return QuestionAsked(query_id=f"q{number}", text=text, at=NOW - age, **more)


class Log(list):
    """What is on the topics; and what the arms were asked."""

    def __init__(self, *events):
        super().__init__(events)
        self.playbook = Playbook(FERRY)
        self.playbook.clock.at = NOW


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("RAGSTREAM_WEAVIATE__URL", "http://localhost:1")
    monkeypatch.setenv("COLUMNS", "300")
    path = tmp_path / "x.yaml"

    def running(log, definition, *arguments):
        async def events_since(_settings, _topics, _since):
            for each in log:
                yield each

        async def read_to_end(*_): ...

        @asynccontextmanager
        async def answering_ports(*_):
            yield log.playbook.ports

        monkeypatch.setattr(module, "events_since", events_since)
        monkeypatch.setattr(module, "read_to_end", read_to_end)
        monkeypatch.setattr(module, "answering_ports", answering_ports)
        monkeypatch.setattr(module, "utc_now", log.playbook.clock)
        path.write_text(experiment_yaml(definition), "utf-8")
        return CliRunner().invoke(app, ["experiments", "simulate", str(path), *arguments])

    return running


STRICT = defined(overrides={"min_support": 2.0})


def test_every_question_is_answered_in_every_arm_and_the_arms_are_compared(run):
    log = Log(asked(1), asked(2, "Where is bread sold?"), asked(1))
    told = json.loads(run(log, STRICT, "--json").stdout)
    assert told["questions"] == 2
    assert told["arms"]["a"]["outcomes"] == {"AnswerAbstained": 1, "AnswerServed": 1}
    strict = told["arms"]["b"]
    assert strict["outcomes"] == {"AnswerAbstained": 2}
    assert (strict["retrieval_overlap"], strict["differ"]) == (1.0, 1)
    assert strict["changes"][0]["examples"] == [{"query_id": "q1"}]


def test_texts_are_shown_only_when_asked_for(run):
    assert "ferry" not in run(Log(asked(1)), STRICT).stdout
    shown = run(Log(asked(1)), STRICT, "--show-text").stdout
    assert "When does the morning ferry leave?" in shown
    assert "leaves Split" in shown


def test_the_control_may_have_overrides_too(run):
    arms = (Arm(name="a", overrides={"min_support": 2.0}), Arm(name="b"))
    told = json.loads(run(Log(asked(1)), STRICT.model_copy(update={"arms": arms}), "--json").stdout)
    assert told["arms"]["a"]["outcomes"] == {"AnswerAbstained": 1}
    assert told["arms"]["b"]["outcomes"] == {"AnswerServed": 1}


def test_the_latest_questions_are_taken_of_tenants_that_take_part(run):
    log = Log(*(asked(n) for n in range(5)), asked(8, tenant="acme"), asked(9, age=timedelta(days=8)))
    told = json.loads(run(log, STRICT, "--limit", "3", "--json").stdout)
    assert told["questions"] == 3
    own = json.loads(run(log, STRICT, "--tenant", "acme", "--json").stdout)
    assert own["questions"] == 1


def test_a_question_is_asked_as_it_was_understood_and_is_not_too_late(run):
    follow_up = asked(1, "And from Split?", age=timedelta(days=3), session_id="s", deadline_ms=1_000)
    understood = AnswerServed(
        query_id="q1", answer_id="a", provenance=Provenance(standalone_question="When does the ferry leave Split?")
    )
    log = Log(understood, follow_up)
    told = json.loads(run(log, STRICT, "--json").stdout)
    assert told["arms"]["a"]["outcomes"] == {"AnswerServed": 1}
    assert {what for stage, what in log.playbook.calls if stage == "embed"} == {"When does the ferry leave Split?"}


def test_an_arm_that_names_what_is_not_there_is_refused(run):
    done = run(Log(asked(1)), defined(overrides={"label": "gone"}), "--json")
    assert done.exit_code == Exit.FAILED
    assert "has no prompt 'answer' with a version or label 'gone'" in json.loads(done.stdout)["error"]


def test_an_arm_with_another_embedder_searches_its_own_index(run, monkeypatch):
    async def check_coverage(*_): ...

    monkeypatch.setattr(module, "check_coverage", check_coverage)
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__CANDIDATES", "other")
    log, other = Log(asked(1)), Playbook(passage("Bread is sold in Vis.", number=7))
    log.playbook.ports = replace(log.playbook.ports, spaces={"other": EmbeddingSpace(other, other)})
    told = json.loads(run(log, defined(overrides={"embedder": "other"}), "--json").stdout)["arms"]["b"]
    assert (told["retrieval_overlap"], told["not_followed"], told["differ"]) == (0.0, {}, 1)
    assert other.stages()[:2] == ["embed", "search"]


def test_an_arm_whose_index_is_not_filled_is_not_simulated(run, monkeypatch):
    async def check_coverage(*_):
        raise ConfigurationError("the index of embedder other holds 0 chunks")

    monkeypatch.setattr(module, "check_coverage", check_coverage)
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__CANDIDATES", "other")
    done = run(Log(asked(1)), defined(overrides={"embedder": "other"}), "--json")
    assert done.exit_code == Exit.FAILED
    assert "holds 0 chunks" in json.loads(done.stdout)["error"]


def test_without_questions_there_is_nothing_to_simulate(run):
    done = run(Log(), STRICT, "--json")
    assert done.exit_code == Exit.NOT_RUNNING
    assert "the log has no question" in json.loads(done.stdout)["error"]


def test_a_time_that_is_none_is_refused(run):
    done = run(Log(), STRICT, "--since", "tomorrow")
    assert done.exit_code == Exit.FAILED
    assert "such as 7d" in done.output
