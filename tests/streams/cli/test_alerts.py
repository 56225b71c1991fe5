"""What `alerts` shows, with the topic replaced."""

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.cli.output import Exit
from tests.agents.alerting.samples import Tenant, cleared, raised

module = import_module("streams.cli.alerts")
TOLD = Tenant().take(
    raised(0, summary="too slow"), cleared(5), raised(9, "weaviate-away", severity="critical", summary="away")
).told  # fmt: skip
NEW = Tenant().take(raised(20, "other")).told


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("COLUMNS", "200")

    def running(told, *arguments, coming=()):
        async def read_alerts(_bootstrap, _names, tenant=None, *, follow=None):
            for each in told if follow is None else [*told, *coming]:
                if tenant in {None, each.tenant}:
                    yield each

        monkeypatch.setattr(module, "read_alerts", read_alerts)
        return CliRunner().invoke(app, ["alerts", *arguments])

    return running


def test_it_shows_what_fires_now(run):
    result = run(TOLD)
    assert result.exit_code == Exit.OK
    assert "weaviate-away" in result.stdout
    assert "too slow" not in result.stdout


def test_when_nothing_fires_it_says_so(run):
    assert run(TOLD[:2]).stdout == "no alert fires\n"
    assert run(TOLD, "--tenant", "acme").stdout == "no alert fires\n"


def test_for_a_machine_it_is_one_object(run):
    told = json.loads(run(TOLD, "--json").stdout)
    assert [each["alert"] for each in told["firing"]] == ["weaviate-away"]
    assert told["alerts"] == []


def test_with_since_those_that_fired_before_are_shown_too(run):
    now = datetime.now(UTC)
    old, new = (
        each.model_copy(update={"at": now - timedelta(hours=hours)})
        for each, hours in zip(TOLD[:2], (5, 1), strict=True)
    )
    told = json.loads(run([old, new], "--json", "--since", "2h").stdout)
    assert [each["type"] for each in told["alerts"]] == ["AlertResolved"]
    assert "resolved" in run([old, new], "--since", "2h").stdout


def test_a_duration_that_is_none_is_refused(run):
    result = run(TOLD, "--since", "yesterday")
    assert result.exit_code == Exit.FAILED
    assert "is no duration" in result.stderr


def test_following_begins_with_what_fires_and_shows_each_alert_once(run):
    lines = [json.loads(line) for line in run(TOLD, "--follow", "--json", coming=NEW).stdout.splitlines()]
    assert [(each["type"], each["alert"]) for each in lines] == [
        ("AlertFired", "weaviate-away"), ("AlertFired", "other"),
    ]  # fmt: skip
