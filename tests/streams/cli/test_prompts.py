"""What `prompts` shows and sends, with the topic and the producer replaced."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.answering.prompting import ANSWER
from schemas.prompts import PromptLabelled, PromptPublished
from streams.cli import app
from streams.cli.output import Exit
from streams.prompt_book import InMemoryPromptBook
from streams.prompt_file import prompt_yaml
from streams.prompt_log import PromptLog
from streams.topics import PROMPTS
from tests.streams.cli.worlds import over_worlds
from tests.streams.prompt_samples import labelled, published
from tests.streams.samples import event_of

module = import_module("streams.cli.prompts_world")
FIRST, SECOND = published("First."), published("Second.", about="Better")


def with_cases(*cases):
    return PromptPublished.model_validate({**FIRST.model_dump(), "cases": cases})


class World:
    """A topic of prompts; what is sent is on it for the next command."""

    def __init__(self, *events):
        self.book = InMemoryPromptBook()
        self.sent = []
        self.problems = ()
        for each in events:
            self.book.apply(each)

    async def read_prompts(self, _bootstrap, _names):
        return PromptLog(self.book, self.problems)

    async def send(self, records):
        for each in records:
            event = event_of(each, PROMPTS)
            assert isinstance(event, PromptPublished | PromptLabelled)
            self.sent.append(event)
            self.book.apply(event)


@pytest.fixture
def run(monkeypatch):
    """The command line over a world; gives the result."""
    return over_worlds(monkeypatch, "prompts", module, ((module, "read_prompts"),))


@pytest.fixture
def file(tmp_path):
    def writing(text):
        path = tmp_path / "prompt.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    return writing


def said(result):
    return json.loads(result.stdout)


def test_a_prompt_is_published_once_and_serves_nobody_yet(run, file):
    world = World()
    path = file(prompt_yaml(FIRST))
    result = run(world, "publish", path, "--json")
    assert result.exit_code == Exit.OK
    assert said(result) == {"name": "answer", "version": FIRST.version, "published": True, "cases": 0}
    assert world.book.prompt("default", "answer", "production") == ANSWER
    assert said(run(world, "publish", path, "--json"))["published"] is False
    assert len(world.sent) == 1


def test_other_cases_of_a_version_are_published_again(run, file):
    world = World(FIRST)
    text = prompt_yaml(with_cases({"name": "a", "question": "Why?", "contains": ["Why"]}))
    assert said(run(world, "publish", file(text), "--json"))["published"] is True
    assert len(world.book.versions("default", "answer")[FIRST.version].cases) == 1


def test_a_label_can_be_set_while_publishing(run, file):
    world = World(FIRST, labelled(FIRST.version))
    result = run(world, "publish", file(prompt_yaml(SECOND)), "--label", "production", "--tenant", "acme", "--json")
    assert said(result)["label"] == "production"
    assert world.book.prompt("acme", "answer", "production").version == SECOND.version
    assert world.book.prompt("default", "answer", "production") == FIRST


def test_a_failing_case_keeps_a_prompt_from_being_published(run, file):
    world = World()
    good, bad = ({"name": each, "question": "Why?", "contains": [each]} for each in ("Why", "Frost"))
    text = prompt_yaml(with_cases(good, bad))
    result = run(world, "publish", file(text), "--json")
    assert result.exit_code == Exit.FAILED
    assert said(result)["cases"] == [
        {"name": "Why", "passed": True, "problems": []},
        {"name": "Frost", "passed": False, "problems": ["'Frost' is missing"]},
    ]
    result = run(world, "publish", file(text))
    assert "1 passed, 1 failed" in result.stdout
    assert result.stderr == "Nothing was published, since a case fails\n"
    assert world.sent == []


@pytest.mark.parametrize("template", ["{{ ''.__class__ }}", "{{ 'x' * 1000000000 }}", "{{ nobody }}", "{{ question"])
def test_a_template_that_may_not_be_is_refused_in_one_sentence(run, file, template):
    world = World()
    result = run(
        world, "publish", file(json.dumps({"name": "a", "messages": [{"role": "user", "template": template}]}))
    )
    assert result.exit_code == Exit.FAILED
    assert result.stderr.startswith("ragstream: message 1 of a (user), line 1: ")
    assert world.sent == []


def test_a_label_moves_and_is_rolled_back_and_forth(run):
    world = World(FIRST, SECOND, labelled(FIRST.version))
    result = run(world, "label", "answer", SECOND.version, "production", "--json")
    assert said(result) == {
        "name": "answer", "label": "production", "version": SECOND.version, "previous": FIRST.version,
    }  # fmt: skip
    assert said(run(world, "rollback", "answer", "--json"))["version"] == FIRST.version
    assert said(run(world, "rollback", "answer", "--json"))["version"] == SECOND.version


def test_a_label_that_is_set_again_remembers_where_it_was_before(run):
    world = World(FIRST, SECOND, labelled(SECOND.version, previous=FIRST.version))
    run(world, "label", "answer", SECOND.version, "production")
    assert said(run(world, "rollback", "answer", "--json"))["version"] == FIRST.version


def test_a_label_can_be_named_for_a_version(run):
    world = World(FIRST, SECOND, labelled(FIRST.version), labelled(SECOND.version, label="candidate"))
    run(world, "label", "answer", "candidate", "production")
    assert world.book.prompt("default", "answer", "production") == SECOND


def test_an_unknown_version_and_a_label_that_is_none_are_refused(run):
    world = World(FIRST)
    result = run(world, "label", "answer", "00000000", "production")
    assert result.exit_code == Exit.NOT_RUNNING
    assert "no prompt 'answer' has a version or label '00000000'" in result.stderr
    result = run(world, "label", "answer", FIRST.version, "No Label")
    assert result.exit_code == Exit.FAILED
    assert "the label cannot be set: label: String should match" in result.stderr
    result = run(world, "label", "answer", FIRST.version, "production", "--tenant", "acme")
    assert result.exit_code == Exit.NOT_RUNNING
    assert world.sent == []


def test_a_prompt_that_needs_a_value_cannot_be_production(run, file):
    needy = published("{{ tone }}", parameters=[{"name": "tone"}])
    world = World(needy)
    for arguments in (
        ("label", "answer", needy.version, "production"),
        ("publish", file(prompt_yaml(needy)), "--label", "production"),
    ):
        result = run(world, *arguments)
        assert result.exit_code == Exit.FAILED
        assert "give its parameter tone a default" in result.stderr
    assert world.sent == []
    assert run(world, "label", "answer", needy.version, "candidate").exit_code == Exit.OK


def test_rolling_back_the_first_version_brings_the_built_in_prompt_back(run):
    world = World(FIRST, labelled(FIRST.version))
    result = run(world, "rollback", "answer", "--json")
    assert (said(result)["version"], said(result)["previous"]) == ("", FIRST.version)
    assert world.book.prompt("default", "answer", "production") == ANSWER
    assert run(world, "rollback", "answer").exit_code == Exit.NOT_RUNNING


def test_rolling_back_to_nothing_is_refused(run):
    other = published(name="summary")
    world = World(other, labelled(other.version, name="summary"))
    result = run(world, "rollback", "summary")
    assert result.exit_code == Exit.FAILED
    assert "there is none before" in result.stderr


def test_a_label_is_taken_away(run):
    world = World(FIRST, labelled(FIRST.version, label="candidate"))
    assert run(world, "unlabel", "answer", "candidate").exit_code == Exit.OK
    assert world.book.prompt("default", "answer", "candidate") is None
    assert run(world, "unlabel", "answer", "candidate").exit_code == Exit.NOT_RUNNING


def test_the_list_shows_versions_labels_and_the_built_in_prompts(run):
    world = World(FIRST, SECOND, labelled(SECOND.version))
    rows = said(run(world, "list", "--json"))["prompts"]
    assert [(each["name"], each["version"], each["labels"]) for each in rows] == [
        ("answer", ANSWER.version, []),
        ("answer", FIRST.version, []),
        ("answer", SECOND.version, ["production"]),
        ("standalone", rows[3]["version"], ["production"]),
    ]
    assert rows[0]["published"] is None
    table = run(world, "list").stdout
    assert "Better" in table
    assert "built in" in table


def test_a_tenants_list_has_its_own_and_then_the_default_tenants(run):
    own = published("Own.", tenant="acme")
    rows = said(run(World(FIRST, own), "list", "--tenant", "acme", "--json"))["prompts"]
    assert [(each["tenant"], each["version"]) for each in rows if each["published"]] == [
        ("acme", own.version),
        ("default", FIRST.version),
    ]


def test_what_could_not_be_followed_is_listed_and_the_exit_code_says_so(run):
    world = World(labelled("00000000"))
    world.problems = ("prompts/0@3: no event",)
    result = run(world, "list", "--json")
    assert result.exit_code == Exit.FAILED
    assert said(result)["problems"] == [
        "prompts/0@3: no event",
        "label production of answer points at 00000000, which is not there: the one before serves",
    ]
    assert "prompts/0@3: no event" in run(world, "list").stderr


def test_a_version_is_shown_as_the_file_that_publishes_it(run):
    world = World(FIRST, labelled(FIRST.version))
    assert run(world, "show", "answer").stdout == prompt_yaml(FIRST)
    assert said(run(world, "show", "answer", ANSWER.version, "--json"))["about"] == ANSWER.about
    assert run(world, "show", "answer", "candidate").exit_code == Exit.NOT_RUNNING


def test_two_versions_are_compared_line_by_line(run):
    world = World(FIRST, SECOND, labelled(FIRST.version))
    lines = said(run(world, "diff", "answer", "production", SECOND.version, "--json"))["diff"]
    assert "-  template: First." in lines
    assert "+  template: Second." in lines
    assert f"--- answer@{FIRST.version}" in run(world, "diff", "answer", FIRST.version, SECOND.version).stdout
    assert "say the same" in run(world, "diff", "answer", "production", FIRST.version).stdout


def test_cases_of_a_file_run_without_kafka(run, file, monkeypatch):
    monkeypatch.delenv("RAGSTREAM_KAFKA__BOOTSTRAP")
    text = prompt_yaml(with_cases({"name": "good", "question": "Why?", "contains": ["Why"]}))
    result = CliRunner().invoke(app, ["prompts", "test", file(text)])
    assert result.exit_code == Exit.OK
    assert f"answer@{FIRST.version}: 1 passed, 0 failed" in result.stdout


def test_the_example_of_the_guide_passes_its_own_cases(file):
    page = (Path(__file__).parents[3] / "docs" / "prompts.md").read_text("utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    result = CliRunner().invoke(app, ["prompts", "test", file(example), "--json"])
    assert result.exit_code == Exit.OK
    assert said(result)["version"] in page.replace(example, "")
    assert len(said(result)["cases"]) == 3


def test_cases_of_what_is_published_run_too_and_a_failure_is_told(run):
    bad = with_cases({"name": "bad", "question": "Why?", "lacks": ["Why"]})
    world = World(bad, labelled(bad.version))
    for what in ("answer", f"answer@{bad.version}", "answer@production"):
        result = run(world, "test", what, "--json")
        assert result.exit_code == Exit.FAILED
        assert said(result)["cases"] == [{"name": "bad", "passed": False, "problems": ["'Why' is there"]}]
    assert "'Why' is there" in run(world, "test", "answer").stdout
