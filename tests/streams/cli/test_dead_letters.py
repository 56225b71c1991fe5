"""What `dead-letters` shows and sends, with the topic and the producer replaced."""

import json
from importlib import import_module

import pytest
from typer.testing import CliRunner

from schemas.operations import DeadLettered
from streams.cli import app
from streams.cli.output import Exit
from streams.dead_letters import PlanNotRedrivenError, dead_letter
from tests.streams.outboxes import Outbox
from tests.streams.samples import record

module = import_module("streams.cli.dead_letters")


def letter(topic: str, offset: int, stage: str = "plan", size: int = 10) -> DeadLettered:
    return dead_letter(
        record(b"x" * size, topic=topic, key=b"doc-1", offset=offset), stage=stage, reason="no", error="Refused"
    )


DOCUMENT, PLAN = letter("documents", 1), letter("chunks", 2, "index")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """The command line over some letters; gives the result and the groups that were sent."""
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("COLUMNS", "300")

    def running(found: list[DeadLettered], *arguments: str):
        outbox = Outbox()

        async def letters(_bootstrap, _names, wanted):
            for each in found:
                if wanted.matches(each):
                    yield each

        monkeypatch.setattr(module, "letters", letters)
        monkeypatch.setattr(module, "KafkaOutbox", outbox.opened)
        return CliRunner().invoke(app, ["dead-letters", *arguments]), outbox.sends

    return running


def test_all_leaves_plans_out_counts_them_and_is_fine_when_something_was_sent(run):
    result, sent = run([DOCUMENT, PLAN], "redrive", "--all", "--json")
    assert result.exit_code == Exit.OK
    assert json.loads(result.stdout) == {"redriven": 1, "left_out": [str(PlanNotRedrivenError(PLAN))], "failed": []}
    assert [each.topic for group in sent for each in group] == ["documents"]


def test_all_with_nothing_but_plans_fails_and_names_document_and_cure(run):
    result, sent = run([PLAN], "redrive", "--all")
    assert result.exit_code == Exit.FAILED
    assert "document doc-1" in result.stderr
    assert "`ragstream delete doc-1 --wait`, then ingest" in result.stderr
    assert "0 redriven, 1 left out, 0 failed" in result.stdout
    assert sent == []


def test_a_plan_that_is_asked_for_by_its_id_is_refused(run):
    result, sent = run([DOCUMENT, PLAN], "redrive", PLAN.event_id, DOCUMENT.event_id, "--json")
    assert result.exit_code == Exit.FAILED
    said = json.loads(result.stdout)
    assert (said["redriven"], said["left_out"], len(said["failed"])) == (1, [], 1)
    assert len(sent) == 1


def test_large_letters_are_sent_one_after_the_other(run):
    large = [letter("documents", offset, size=8_500_000) for offset in range(3)]
    result, sent = run(large, "redrive", "--all")
    assert result.exit_code == Exit.OK
    assert [len(group) for group in sent] == [1, 1, 1]


def test_redriving_nothing_is_said(run):
    result, _ = run([DOCUMENT], "redrive", "no-such")
    assert result.exit_code == Exit.NOT_RUNNING


def test_the_list_is_newest_first_and_limited(run):
    result, _ = run([DOCUMENT, PLAN], "list", "--limit", "1", "--json")
    said = json.loads(result.stdout)
    assert said["total"] == 2
    assert [each["event_id"] for each in said["dead_letters"]] == [PLAN.event_id]
    assert "1 of 2 dead letters" in run([DOCUMENT, PLAN], "list", "--limit", "1")[0].stdout


def test_one_letter_is_shown_whole(run):
    result, _ = run([DOCUMENT, PLAN], "show", DOCUMENT.event_id[:8], "--json")
    assert DeadLettered.model_validate_json(result.stdout) == DOCUMENT
    assert run([DOCUMENT, PLAN], "show", "none")[0].exit_code == Exit.NOT_RUNNING
