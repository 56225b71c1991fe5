"""What the commands of `ragstream monitors` show and send, with the topics and the producer replaced."""

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from schemas.monitors import BaselineSet, MonitorDefined, SignalsObserved, Threshold
from schemas.operations import AlertSilenced
from streams.cli.output import Exit
from streams.monitor_log import MonitorLog
from streams.topics import MONITORS
from tests.agents.monitors.worlds import Watcher, monitor
from tests.streams.cli.worlds import over_worlds
from tests.streams.samples import event_of

world_module, replay_module = (import_module(f"streams.cli.{name}") for name in ("monitors_world", "monitors_replay"))
WHOLE = "name: mine\nsource: operations\nsignal: up.weaviate\ndetector: {kind: threshold, below: 0.5}\n"


class World:
    """The control topic, how things stand, and the past; what is sent is on the topic for the next command."""

    def __init__(self, states=None, past=()):
        self.log = MonitorLog()
        self.states = states or {}
        self.past = past
        self.sent = []

    async def read_monitors(self, _bootstrap, _names):
        return self.log

    async def read_watched(self, _bootstrap, _names, _tenant):
        return self.states

    async def events_since(self, _settings, _topics, _since):
        for each in self.past:
            yield each

    async def send(self, records):
        for each in records:
            event = event_of(each, MONITORS)
            self.sent.append(event)
            self.log.book.apply(event)


@pytest.fixture
def run(monkeypatch):
    """The command line over a world; gives the result."""
    return over_worlds(
        monkeypatch,
        "monitors",
        world_module,
        (
            (world_module, "read_monitors"),
            (world_module, "read_watched"),
            (world_module, "events_since"),
            (replay_module, "events_since"),
        ),
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(WHOLE)
    return str(path)


def test_what_is_applied_is_published_once(run, file):
    world = World()
    assert run(world, "apply", file, "--dry-run").exit_code == Exit.OK
    assert world.sent == []
    told = json.loads(run(world, "apply", file, "--json").stdout)
    assert told["monitors"][0]["published"] is True
    (sent,) = world.sent
    assert isinstance(sent, MonitorDefined)
    assert (sent.name, sent.detector) == ("mine", Threshold(below=0.5))
    assert told["monitors"][0]["observations_of_the_last_hour"] == 0
    again = run(world, "apply", file)
    assert "no" in again.stdout
    assert "up.weaviate of operations was not seen in the last hour; is it called so?" in again.stderr
    assert len(world.sent) == 1


def test_what_cannot_be_is_said_in_one_sentence(run, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("name: mine\n")
    done = run(World(), "apply", str(path))
    assert done.exit_code == Exit.FAILED
    assert "detector.kind is one of" in done.stderr


def test_the_list_has_the_defaults_how_they_stand_and_the_silences(run):
    watcher = Watcher(monitor(Threshold(above=1.0)))
    watcher.see(0, latency_ms=5.0)
    world = World(states={"answers": watcher.state})
    world.log.book.apply(monitor(Threshold(above=1.0), tenant="default"))
    run(world, "silence", "name=freshness*", "--for", "3h", "--reason", "a load")
    told = json.loads(run(world, "list", "--json").stdout)
    by_name = {each["name"]: each for each in told["monitors"]}
    assert (by_name["mine"]["status"], by_name["mine"]["default"]) == ("raised", False)
    assert by_name["weaviate-away"]["default"] is True
    assert told["silences"][0]["match"] == "name=freshness*"
    text = run(world, "list").stdout
    assert "silent until" in text
    assert "weaviate-away" in text


def test_what_could_not_be_followed_is_told_and_is_a_failure(run):
    world = World()
    world.log.problems = ("monitors/0@3: no event",)
    done = run(world, "list")
    assert done.exit_code == Exit.FAILED
    assert "monitors/0@3" in done.stderr


def test_a_monitor_is_shown_as_its_file_with_how_it_stands(run):
    watcher = Watcher(monitor(Threshold(above=1.0)))
    watcher.see(0, latency_ms=5.0)
    world = World(states={"answers": watcher.state})
    world.log.book.apply(monitor(Threshold(above=1.0), tenant="default"))
    text = run(world, "show", "mine").stdout
    assert "kind: threshold" in text
    assert "latency_ms, raised since 2026-06-01T12:00:00+00:00: latency_ms is 5, above 1" in text
    told = json.loads(run(world, "show", "mine", "--json").stdout)
    assert told["standing"][0]["state"]["breached"] is True
    assert run(world, "show", "nothing").exit_code == Exit.NOT_RUNNING
    assert "nothing was seen" in run(world, "show", "question-drift").stderr


def test_a_silence_has_a_name_and_can_be_ended(run):
    world = World()
    run(world, "silence", "name=freshness*", "severity<=warning", "--for", "30m")
    assert run(world, "silence", "--end", "--name", "another").exit_code == Exit.NOT_RUNNING
    assert "say which alerts" in run(world, "silence").stderr
    assert "--for '2 hours' is no duration" in run(world, "silence", "name=x", "--for", "2 hours").stderr
    run(world, "silence", "--end", "--name", "name-freshness-severity-warning")
    begun, ended = world.sent
    assert isinstance(begun, AlertSilenced)
    assert begun.silence == ended.silence == "name-freshness-severity-warning"
    assert begun.until - begun.at > timedelta(minutes=29)
    assert ended.until <= ended.at
    assert ended.match == begun.match


@pytest.mark.parametrize("match", ["freshness", "severity>=loud", "stage>=plan"])
def test_a_silence_that_would_match_nothing_is_refused(run, match):
    done = run(World(), "silence", match)
    assert done.exit_code == Exit.FAILED
    assert "this silence cannot be" in done.stderr


def test_baselines_are_taken_kept_and_gone_back_to(run):
    world = World()
    assert run(world, "baseline", "question-drift", "take", "--reason", "a new course").exit_code == Exit.OK
    assert run(world, "baseline", "question-drift", "restore", "may").exit_code == Exit.NOT_RUNNING
    assert run(world, "baseline", "question-drift", "keep", "may").exit_code == Exit.OK
    assert run(world, "baseline", "question-drift", "restore", "may").exit_code == Exit.OK
    assert [(each.action, each.baseline) for each in world.sent if isinstance(each, BaselineSet)] == [
        ("take", "current"),
        ("keep", "may"),
        ("restore", "may"),
    ]
    assert run(world, "baseline", "question-drift", "keep").exit_code == Exit.FAILED
    assert run(world, "baseline", "nothing", "take").exit_code == Exit.NOT_RUNNING
    refused = run(world, "baseline", "weaviate-away", "take")
    assert (refused.exit_code, "has no baseline" in refused.output) == (Exit.FAILED, True)


def test_a_replay_says_what_would_have_been_told(run, file):
    now = datetime.now(UTC)
    past = [
        SignalsObserved(
            event_id=str(minute),
            at=now - timedelta(minutes=60 - minute),
            source="operations",
            values={"up.weaviate": float(not 20 <= minute < 30)},
        )
        for minute in range(60)
    ]
    world = World(past=past)
    told = json.loads(run(world, "replay", file, "--since", "2h", "--json").stdout)
    (row,) = told["monitors"]
    assert (row["name"], row["alerts"], len(row["raised"])) == ("mine", 1, 1)
    assert told["observed"] == {"operations": 60}
    assert row["signals"][0]["observations"] == 60
    assert told["alerts"][0]["alert"] == "mine"
    text = run(world, "replay", file, "--since", "2h").stdout
    assert "raised 1 times, 1 alerts" in text
    assert "^" in text
    both = run(world, "replay", "--since", "2h").stdout
    assert "weaviate-away: threshold below 0.5" in both
    assert "nothing to tell:" in both
    assert world.sent == []


def test_a_replay_of_nothing_says_so(run):
    assert run(World(), "replay").exit_code == Exit.NOT_RUNNING
