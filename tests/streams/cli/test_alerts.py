"""What `alerts` shows, with the topic replaced."""

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from typer.testing import CliRunner

from schemas.operations import Consequence
from streams.alert_log import Standing
from streams.cli import app
from streams.cli.output import Exit
from tests.agents.alerting.samples import NOON, Tenant, cleared, raised

module = import_module("streams.cli.alerts")
FOLLOWED = Consequence(fingerprint="f", alert="answer-latency", summary="slow", started_at=NOON)
TOLD = Tenant().take(
    raised(0, summary="too slow"), cleared(5), raised(9, "weaviate-away", severity="critical", summary="away")
).told  # fmt: skip
STANDING = [
    Standing("firing", TOLD[2].model_copy(update={"consequences": (FOLLOWED,)})),
    Standing("pending", TOLD[0].model_copy(update={"alert": "young"})),
]
NEW = Tenant().take(raised(20, "other")).told


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("COLUMNS", "200")

    def running(*arguments, told=(), standing=STANDING, coming=()):
        async def read_alerts(_bootstrap, _names, since, wanted, *, follow=False):
            for each in [*told, *(coming if follow else ())]:
                if wanted.wants(each) and (follow or each.at >= since):
                    yield each

        async def read_standings(_bootstrap, _names, _now, wanted):
            return [each for each in standing if wanted.wants(each.alert)]

        monkeypatch.setattr(module, "read_alerts", read_alerts)
        monkeypatch.setattr(module, "read_standings", read_standings)
        return CliRunner().invoke(app, ["alerts", *arguments])

    return running


def test_it_shows_what_fires_now_with_what_follows_and_what_is_not_told_yet(run):
    result = run()
    assert result.exit_code == Exit.OK
    rows = {line.split("│")[4].strip(): line for line in result.stdout.splitlines() if line.startswith("│")}
    assert "firing" in rows["weaviate-away"]
    assert "pending" in rows["young"]
    assert "└ answer-latency, since 2026-03-01 12:00:00, goes on: slow" in rows[""]


def test_when_nothing_fires_it_says_so(run):
    assert run(standing=[]).stdout == "no alert fires\n"
    assert run("--tenant", "acme").stdout == "no alert fires\n"


def test_for_a_machine_it_is_one_object(run):
    told = json.loads(run("--json").stdout)
    assert {phase: [each["alert"] for each in told[phase]] for phase in ("firing", "pending", "silenced")} == {
        "firing": ["weaviate-away"], "pending": ["young"], "silenced": [],
    }  # fmt: skip
    assert told["alerts"] == []


def test_with_since_those_that_were_told_before_are_shown_too(run):
    now = datetime.now(UTC)
    old, new = (
        each.model_copy(update={"at": now - timedelta(hours=hours)})
        for each, hours in zip(TOLD[:2], (5, 1), strict=True)
    )
    told = json.loads(run("--json", "--since", "2h", told=[old, new]).stdout)
    assert [each["type"] for each in told["alerts"]] == ["AlertResolved"]
    assert "resolved" in run("--since", "2h", told=[old, new]).stdout


def test_only_those_that_match_are_shown(run):
    told = json.loads(run("--json", "--match", "severity>=critical,name=weaviate-*").stdout)
    assert ([each["alert"] for each in told["firing"]], told["pending"]) == (["weaviate-away"], [])
    refused = run("--match", "severity>=loud")
    assert refused.exit_code == Exit.FAILED
    assert "the severities are" in refused.stderr


def test_a_duration_that_is_none_is_refused(run):
    result = run("--since", "yesterday")
    assert result.exit_code == Exit.FAILED
    assert "is no duration" in result.stderr


def test_following_begins_with_what_fires_and_shows_each_alert_once(run):
    lines = [json.loads(line) for line in run("--follow", "--json", told=[TOLD[2]], coming=NEW).stdout.splitlines()]
    assert [(each["type"], each["alert"]) for each in lines] == [
        ("AlertFired", "weaviate-away"), ("AlertFired", "other"),
    ]  # fmt: skip
