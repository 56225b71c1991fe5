"""What `experiments apply`, `list` and `stop` show and send, with the topics and the producer replaced."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from agents.answering.experimenting import Overrides
from schemas.experiments import ExperimentDefined
from schemas.failures import ConfigurationError
from schemas.questions import QuestionAsked
from streams.cli.experiments_world import duration
from streams.cli.output import Exit
from streams.experiment_file import experiment_yaml
from streams.experiment_log import ExperimentLog
from streams.topics import EXPERIMENTS
from tests.streams.cli.worlds import over_worlds
from tests.streams.experiment_samples import decided, defined
from tests.streams.samples import event_of

world_module, module = (import_module(f"streams.cli.{name}") for name in ("experiments_world", "experiments"))


GUIDE = Path(__file__).parents[3] / "docs" / "experiments.md"


class World:
    """The control topics and a day's questions; what is sent is on the topic for the next command."""

    def __init__(self, *events, users=()):
        self.log = ExperimentLog()
        self.sent = []
        self.users = users
        for each in events:
            self.log.appliers()[type(each)](each)

    async def read_experiments(self, _bootstrap, _names):
        return self.log

    async def events_since(self, _settings, _topics, since):
        for number, user in enumerate(self.users):
            yield QuestionAsked(query_id=f"q{number}", text="Why?", user_id=user, at=since)

    async def send(self, records):
        for each in records:
            event = event_of(each, EXPERIMENTS)
            assert isinstance(event, ExperimentDefined)
            self.sent.append(event)
            self.log.book.apply(event)


@pytest.fixture
def run(monkeypatch):
    """The command line over a world; gives the result."""
    reads = (world_module, "read_experiments"), (module, "events_since")
    return over_worlds(monkeypatch, "experiments", world_module, reads)


@pytest.fixture
def file(tmp_path):
    def writing(definition):
        path = tmp_path / "x.yaml"
        path.write_text(experiment_yaml(definition), "utf-8")
        return str(path)

    return writing


def said(result):
    return json.loads(result.stdout)


def test_an_experiment_is_published_once_and_says_what_will_happen(run, file):
    world = World(users=["u", "v", "u", None])
    path = file(defined(overrides={"top_k": 3}, ramp=(0.5, 1.0), minimum_effect=0.5))
    first = said(run(world, "apply", path, "--json"))
    assert (first["published"], first["arms"], first["share"]) == (True, {"a": 0.5, "b": 0.5}, 0.5)
    assert (first["questions_of_the_last_day"], first["units_of_the_last_day"], first["units_at_first"]) == (4, 2, 1)
    assert first["days_at_full_share_at_most"] == round(2 * first["units_needed_per_arm_at_most"] / 2, 1)
    (sent,) = world.sent
    assert (sent.name, sent.tenant, sent.arms[1].overrides) == ("x", "default", {"top_k": 3})
    assert sent.event_id
    assert said(run(world, "apply", path, "--json"))["published"] is False
    assert len(world.sent) == 1


def test_people_read_whom_it_takes_in_and_for_how_long(run, file):
    text = run(World(), "apply", file(defined(ramp=(0.1, 1.0))), "--tenant", "acme").stdout
    for part in ("questions of acme that say a user", "10% of them, then 100%", "advice only", "no minimum effect"):
        assert part in text


def test_the_experiment_of_the_guide_can_be_applied(run, tmp_path):
    example = next(
        block
        for block in re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        if "arms:" in block
    )
    (tmp_path / "five.yaml").write_text(example, "utf-8")
    world = World(users=["u"])
    assert said(run(world, "apply", str(tmp_path / "five.yaml"), "--json"))["units_of_the_last_day"] == 1
    assert [each.name for each in world.sent] == ["fewer-passages"]


def test_the_guide_names_every_override():
    assert [name for name in Overrides.model_fields if f"`{name}`" not in GUIDE.read_text("utf-8")] == []


def test_an_experiment_is_shown_as_the_file_that_applies_it(run, file):
    definition = defined(overrides={"top_k": 3}, about="Fewer passages…")
    world = World(definition)
    assert run(world, "show", "x").stdout == experiment_yaml(definition)
    assert "Fewer passages…" in experiment_yaml(definition)
    assert said(run(world, "show", "x", "--json"))["version"] == definition.version


def test_a_dry_run_publishes_nothing(run, file):
    world = World()
    assert said(run(world, "apply", file(defined()), "--dry-run", "--json"))["published"] is False
    assert world.sent == []


@pytest.mark.parametrize("overrides", [{"label": "gone"}, {"policy": "gone"}, {"magic": 1}, {"generator": "openai"}])
def test_an_experiment_that_names_what_is_not_there_is_refused(run, file, overrides):
    world = World()
    done = run(world, "apply", file(defined(overrides=overrides)), "--json")
    assert done.exit_code == Exit.FAILED
    assert said(done)["error"].startswith("experiment x, arm b: ")
    assert world.sent == []


def test_one_whose_units_another_has_is_refused_until_that_one_is_stopped(run, file):
    world = World(defined("other"))
    path = file(defined())
    assert "overlaps with other" in run(world, "apply", path).output
    assert said(run(world, "stop", "other", "--json")) == {"name": "other", "stopped": True, "published": True}
    assert said(run(world, "stop", "other", "--json"))["published"] is False
    assert said(run(world, "apply", path, "--json"))["published"] is True


def test_a_stopped_experiment_goes_on_when_it_is_applied_again(run, file):
    world = World(defined())
    run(world, "stop", "x")
    assert world.sent[-1].stopped
    assert said(run(world, "apply", file(defined()), "--json"))["published"] is True


@pytest.mark.parametrize("command", ["stop", "report", "show"])
def test_an_experiment_that_is_not_there_is_exit_code_3(run, command):
    done = run(World(defined()), command, "gone", "--json")
    assert done.exit_code == Exit.NOT_RUNNING
    assert "tenant default has no experiment 'gone'" in said(done)["error"]
    assert run(World(defined()), command, "x", "--tenant", "acme").exit_code == Exit.NOT_RUNNING


def test_the_list_says_where_each_experiment_is(run):
    new, ramped, over, shipped, back, halted = (defined(name) for name in "nrosbh")
    world = World(
        *(new, ramped, over, shipped, back, defined("acme", tenant="acme")),
        halted.model_copy(update={"stopped": True}),
        decided(new, decision="ship", arm="b", reason="b is better", in_force=False),
        decided(ramped, share=0.25),
        decided(over, decision="stop", share=0.0),
        decided(shipped, decision="ship", arm="b"),
        decided(back, decision="roll-back", arm="b", share=0.0),
    )
    rows = {row["name"]: (row["status"], row["share"]) for row in said(run(world, "list", "--json"))["experiments"]}
    assert rows == {
        "n": ("running", 1.0),
        "r": ("running", 0.25),
        "o": ("stopped", 0.0),
        "s": ("shipped", 1.0),
        "b": ("rolled back", 0.0),
        "h": ("stopped", 0.0),
    }
    shown = run(world, "list").stdout
    assert "advice: ship b, b is better" in shown
    assert "acme" in run(world, "list", "--tenant", "acme").stdout


def test_an_arm_that_is_rolled_back_leaves_the_others_running(run):
    definition = defined()
    world = World(definition, decided(definition, decision="roll-back", arm="b", share=0.5, weights={"b": 0}))
    assert said(run(world, "list", "--json"))["experiments"][0]["status"] == "running"


def test_records_that_could_not_be_followed_are_told_with_exit_code_1(run):
    world = World()
    world.log.problems = ("experiments/0@3: there is no override 'magic'",)
    done = run(world, "list")
    assert done.exit_code == Exit.FAILED
    assert "experiments/0@3" in done.stderr


def test_a_duration_is_a_number_and_a_unit():
    assert [duration(each).total_seconds() for each in ("30m", "2h", "7d")] == [1_800, 7_200, 604_800]


def test_an_arm_with_another_embedder_is_refused_where_its_index_is_not_filled(run, tmp_path, monkeypatch):
    looked = []

    async def check_coverage(settings, definition, _progress):
        looked.append((settings.weaviate.url, definition.name))
        raise ConfigurationError("the index of embedder mini:fp32 holds 0 chunks")

    monkeypatch.setattr(module, "check_coverage", check_coverage)
    monkeypatch.setenv("RAGSTREAM_WEAVIATE__URL", "http://localhost:1")
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__CANDIDATES", "mini:fp32")
    world, path = World(), tmp_path / "x.yaml"
    path.write_text(experiment_yaml(defined(overrides={"embedder": "mini:fp32"})), "utf-8")
    refused = run(world, "apply", str(path))
    assert (refused.exit_code, world.sent) == (Exit.FAILED, [])
    assert "the index of embedder mini:fp32 holds 0 chunks" in refused.stderr
    assert looked == [("http://localhost:1", "x")]
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__CANDIDATES", "")
    assert "there is no embedder 'mini:fp32' here" in run(world, "apply", str(path)).stderr
