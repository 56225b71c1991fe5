"""A monitor that a person applies is in force on real servers: raised, alerted, shown, replayed, and ended."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.settings import Settings
from tests.live.workers import ragstream, ragstream_json

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]
WITHIN_S = 15.0


def eventually(look: Callable[[], Any]) -> Any:
    """What `look` gives once it gives something. Fails after `WITHIN_S`."""
    end = time.monotonic() + WITHIN_S
    while not (found := look()):
        assert time.monotonic() < end, "it did not come in time"
    return found


def test_a_monitor_is_applied_raised_shown_replayed_and_ended(live_workers: Settings, tmp_path: Path) -> None:
    name = f"large-{uuid4().hex[:6]}"
    file = tmp_path / "monitor.yaml"
    text = f"name: {name}\nsource: index\nsignal: embedded\ndetector: {{kind: threshold, above: 0}}\n"

    def run(*arguments: str) -> dict[str, Any]:
        return ragstream_json(live_workers, *arguments)

    file.write_text(text, encoding="utf-8")
    assert run("monitors", "apply", str(file))["monitors"][0]["published"] is True

    def raised() -> Any:
        document = tmp_path / f"{uuid4().hex}.txt"  # until one comes after the definition
        document.write_text("A document of one sentence.", encoding="utf-8")
        ragstream(live_workers, "ingest", str(document), "--wait")
        (row,) = run("monitors", "show", name)["standing"] or [{"raised": False}]
        return row if row["raised"] else None

    row = eventually(raised)
    assert row["summary"] == "embedded is 1, above 0"
    assert row["state"]["breached"] is True
    listed = {each["name"]: each for each in run("monitors", "list")["monitors"]}
    assert listed[name]["status"] == "raised"
    assert listed["index-freshness"]["status"] == "watching"
    eventually(lambda: [each for each in run("alerts")["firing"] if each["alert"] == name])

    told = run("monitors", "replay", str(file), "--since", "1h")
    (tried,) = told["monitors"]
    assert tried["name"] == name
    assert len(tried["raised"]) == tried["alerts"] == 1

    file.write_text(f"{text}disabled: true\nkeep_s: 0\n", encoding="utf-8")
    assert run("monitors", "apply", str(file))["monitors"][0]["published"] is True
    eventually(lambda: not run("monitors", "show", name)["standing"])
