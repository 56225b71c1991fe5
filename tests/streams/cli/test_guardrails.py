"""What `guardrails` shows and sends, with the topics and the producer replaced."""

import json
from importlib import import_module

import pytest
from typer.testing import CliRunner

from agents.guardrails.rules import BY_NAME, RULES
from schemas.guardrails import PolicyPublished
from streams.cli import app
from streams.cli.output import Exit
from streams.policy_file import read_policy_file
from streams.policy_log import PolicyLog
from tests.agents.guardrails.fakes import WordRule, policy, setting
from tests.streams.outboxes import Outbox

module = import_module("streams.cli.guardrails")

POLICY = """\
name: acme
tenants: [acme]
rules:
  - rule: word
    stages: [question, answer]
    action: block
"""


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setitem(BY_NAME, "word", WordRule)
    return lambda *arguments: CliRunner().invoke(app, ["guardrails", *map(str, arguments)])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(POLICY, "utf-8")
    return path


@pytest.fixture
def outbox(monkeypatch):
    given = Outbox()
    monkeypatch.setattr(module, "KafkaOutbox", given.opened)
    return given


@pytest.fixture
def log(monkeypatch):
    found = PolicyLog()

    async def read(*_):
        return found

    monkeypatch.setattr(module, "read_policies", read)
    return found


def test_rules_are_listed_with_what_a_policy_can_say_of_them(run):
    listed = json.loads(run("rules", "--json").stdout)["rules"]
    assert [each["name"] for each in listed] == [rule.name for rule in RULES]
    assert all(each["stages"] and each["about"] for each in listed)
    assert all(option["type"] for each in listed for option in each["options"].values())
    assert all(each["name"] in run("rules").stdout for each in listed)


def test_publishing_sends_the_policy_with_an_id_and_a_time(run, file, outbox):
    result = run("publish", file, "--json")
    event = PolicyPublished.model_validate_json(outbox.sent[0].value)
    assert (result.exit_code, outbox.sent[0].topic, outbox.sent[0].key) == (Exit.OK, "policies", b"acme")
    assert json.loads(result.stdout) == {"name": "acme", "version": event.version, "rules": 1}
    assert event.event_id
    assert event.at.year > 2000
    assert event.rules == (setting(stages=("question", "answer"), action="block"),)


def test_failures_58_a_policy_with_a_misspelt_rule_is_refused_and_nothing_is_sent(run, file, outbox):
    file.write_text(POLICY.replace("rule: word", "rule: IT_FISCAL_COD"), "utf-8")
    result = run("publish", file, "--json")
    assert (result.exit_code, outbox.sent) == (Exit.FAILED, [])
    assert "rules[0]: there is no rule 'IT_FISCAL_COD'" in json.loads(result.stdout)["error"]


def test_the_list_shows_the_built_in_policy_and_those_that_were_published(run, log):
    log.book.apply(policy(setting(), name="acme", tenants=("acme",)))
    result = run("list", "--json")
    assert result.exit_code == Exit.OK
    assert [(each["name"], each["tenants"]) for each in json.loads(result.stdout)["policies"]] == [
        ("default", []),
        ("acme", ["acme"]),
    ]
    table = run("list").stdout
    assert "built in" in table
    assert "everybody" in table


def test_failures_58_the_list_tells_of_a_policy_that_could_not_be_followed(run, log):
    log.wrong[b"p"] = "policy p, rules[0]: there is no rule 'wrod'"
    assert json.loads(run("list", "--json").stdout)["problems"] == log.problems
    assert run("list").exit_code == Exit.FAILED
    assert "wrod" in run("list").stderr


def test_a_policy_is_shown_as_the_file_that_publishes_it(run, log, tmp_path):
    published = policy(setting(action="block", options={"word": "a: b"}), name="acme")
    log.book.apply(published)
    (tmp_path / "shown.yaml").write_text(run("show", "acme").stdout, "utf-8")
    assert read_policy_file(tmp_path / "shown.yaml") == published
    assert json.loads(run("show", "acme", "--json").stdout)["rules"][0]["options"] == {"word": "a: b"}


def test_a_policy_that_is_not_there_is_exit_code_three(run, log):
    assert run("show", "nobody").exit_code == Exit.NOT_RUNNING
