"""The command line on real servers: what a person types, what a script reads, what the exit codes say."""

import json
import time
from pathlib import Path
from uuid import uuid4

import pytest

from infra.settings import Settings
from streams.roles import ROLES
from tests.live.workers import ragstream, ragstream_json, running_roles

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

FERRY = "# Ferries\n\nThe ferry to Vis leaves Split at seven in the evening. Bicycles travel free of charge.\n"


@pytest.fixture
def tenant() -> str:
    return f"cli-{uuid4().hex[:8]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ferries.md").write_text(FERRY, "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "lamps.txt").write_text("The keeper of the lighthouse repaired the lamp in 1911.", "utf-8")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n")
    return tmp_path


def ingest(settings: Settings, tenant: str, *arguments: str) -> dict[str, int]:
    return ragstream_json(settings, "ingest", *arguments, "--wait", "--tenant", tenant)


def test_up_finds_what_runs_and_starts_nothing(live_workers: Settings) -> None:
    assert ragstream_json(live_workers, "up")["started"] == []
    assert running_roles(live_workers) == set(ROLES)


def test_status_holds_what_scripts_rely_on(live_workers: Settings) -> None:
    status = ragstream_json(live_workers, "status")
    assert status["kafka"]["bootstrap"] == live_workers.kafka.bootstrap
    assert status["weaviate"]["url"] == live_workers.weaviate.url
    running = {role for role, state in status["roles"].items() if state["running"] and state["lag"] >= 0}
    assert running == set(ROLES)


def test_ingest_counts_new_changed_and_unchanged_documents(live_workers: Settings, tenant: str, folder: Path) -> None:
    first = ingest(live_workers, tenant, str(folder))
    assert (first["new"], first["changed"], first["unchanged"], first["failed"], first["skipped"]) == (2, 0, 0, 0, 1)
    (folder / "ferries.md").write_text(FERRY.replace("seven", "eight"), "utf-8")
    second = ingest(live_workers, tenant, str(folder))
    assert (second["new"], second["changed"], second["unchanged"]) == (0, 1, 1)


def test_an_answer_comes_with_its_citation_and_none_is_exit_code_four(
    live_workers: Settings, tenant: str, folder: Path
) -> None:
    ingest(live_workers, tenant, str(folder))
    question = ("ask", "When does the ferry to Vis leave Split?", "--tenant", tenant)
    answer = ragstream_json(live_workers, *question)
    assert answer["type"] == "AnswerServed"
    citation = answer["citations"][0]
    assert citation["quote"] == "The ferry to Vis leaves Split at seven in the evening."
    assert FERRY[citation["span"]["start"] :].startswith(citation["quote"])
    assert answer["provenance"]["trace_id"]
    for_people = ragstream(live_workers, *question)
    assert for_people.returncode == 0
    assert "seven in the evening. [1]" in for_people.stdout
    nothing = ragstream(live_workers, "ask", "Who composed the opera about the astronaut?", "--tenant", tenant)
    assert nothing.returncode == 4


def test_a_deleted_document_is_withdrawn_and_the_index_agrees_with_the_plan(
    live_workers: Settings, tenant: str, folder: Path
) -> None:
    ingest(live_workers, tenant, str(folder))
    deleted = ragstream(live_workers, "delete", "ferries.md", "--tenant", tenant, "--wait")
    assert deleted.returncode == 0, deleted.stderr
    verified = ragstream_json(live_workers, "verify", "--wait")
    assert (verified["missing"], verified["extra"], verified["duplicates"], verified["stale"]) == (0, 0, 0, 0)
    gone = ragstream_json(live_workers, "ask", "When does the ferry to Vis leave Split?", "--tenant", tenant)
    assert gone["type"] == "AnswerAbstained"


def test_a_failed_document_says_why_is_shown_with_its_bytes_and_can_be_redriven(
    live_workers: Settings, tenant: str
) -> None:
    line = json.dumps({"doc_id": f"zip-{tenant}", "content": "UEsDBA==", "content_type": "application/zip"})
    sent = ragstream(live_workers, "ingest", "-", "--wait", "--tenant", tenant, "--json", stdin=f"{line}\n")
    assert sent.returncode == 1, sent.stderr
    counts = json.loads(sent.stdout.splitlines()[-1])
    assert counts["failed"] == 1
    assert "not supported" in sent.stdout

    def mine() -> list[dict[str, str]]:
        letters = ragstream_json(live_workers, "dead-letters", "list", "--reason", "not supported")["dead_letters"]
        return [letter for letter in letters if letter["tenant"] == tenant]

    (letter,) = mine()
    shown = ragstream(live_workers, "dead-letters", "show", letter["event_id"])
    assert shown.returncode == 0
    assert f"zip-{tenant}" in shown.stdout
    redriven = ragstream(live_workers, "dead-letters", "redrive", letter["event_id"])
    assert redriven.returncode == 0, redriven.stderr
    for _ in range(100):
        if len(mine()) == 2:
            return
        time.sleep(0.2)
    pytest.fail("the redriven record did not fail again, although its cause was not mended")


def test_a_dead_letter_that_does_not_exist_is_exit_code_three(live_workers: Settings) -> None:
    missing = ragstream(live_workers, "dead-letters", "show", "no-such-letter")
    assert missing.returncode == 3
    assert missing.stderr.count("\n") <= 3
