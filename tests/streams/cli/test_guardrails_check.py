"""`guardrails check`, as a person and as a script runs it; no server and no model.

The policy of these tests stands in the place of the built-in one, so that no other rule has a say.
"""

import json

import pytest
from typer.testing import CliRunner

from agents.guardrails.rules import BY_NAME
from streams.cli import app
from streams.cli.output import Exit
from tests.agents.guardrails.fakes import WordRule

POLICY = """\
name: default
rules:
  - {rule: word, stages: [question], action: block}
  - {rule: word, stages: [answer], action: redact}
"""


@pytest.fixture
def check(monkeypatch, tmp_path):
    """The command with a policy about the word `secret`; gives exit code, lines of stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("RAGSTREAM_CACHE", str(tmp_path / "no-model-is-here"))
    monkeypatch.setitem(BY_NAME, "word", WordRule)
    (tmp_path / "p.yaml").write_text(POLICY, "utf-8")

    def running(*arguments, policy=True):
        given = ["--policy", str(tmp_path / "p.yaml")] if policy else []
        return CliRunner().invoke(app, ["guardrails", "check", *map(str, arguments), *given])

    return running


@pytest.fixture
def lines(tmp_path):
    def written(*texts):
        path = tmp_path / "t.jsonl"
        path.write_text("".join(json.dumps(each) + "\n" for each in texts), "utf-8")
        return path

    return written


def verdicts(result):
    assert result.exit_code == Exit.OK, result.stdout
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_verdict_a_line_in_the_order_of_the_texts(check, lines):
    file = lines(*({"id": n, "text": "secret" if n % 3 else "plain"} for n in range(100)))
    found = verdicts(check("--file", file, "--json"))
    assert [(each["line"], each["id"], each["action"]) for each in found] == [
        (n + 1, n, "block" if n % 3 else "allow") for n in range(100)
    ]
    assert [finding["rule"] for finding in found[1]["findings"]] == ["word"]
    assert found[0]["findings"] == []


def test_an_answer_is_redacted_and_what_would_go_on_is_told(check, lines):
    (found,) = verdicts(check("--file", lines({"text": "a secret"}), "--stage", "answer", "--json"))
    assert (found["action"], found["text"]) == ("redact", "a [redacted: word]")


def test_a_text_on_the_command_line_has_one_verdict(check):
    (found,) = verdicts(check("a secret", "--json"))
    assert (found["action"], "text" in found) == ("block", False)


def test_a_person_reads_the_action_why_and_the_text_that_goes_on(check):
    out = check("a secret", "--stage", "answer").stdout.splitlines()
    assert out == ["redact", "  redact: word (1.00) at 2 to 8: A word was found.", "a [redacted: word]"]


def test_a_person_sees_the_lines_that_do_not_pass(check, lines):
    out = check("--file", lines({"text": "secret", "id": "x1"}, {"text": "plain"})).stdout
    assert "x1" in out
    assert "1 of 2 texts pass without a finding" in out


def test_a_line_without_a_text_is_exit_code_one_and_nothing_else_is_printed(check, lines):
    result = check("--file", lines({"text": "secret"}, {"txt": "x"}), "--json")
    assert result.exit_code == Exit.FAILED
    assert [list(json.loads(line)) for line in result.stdout.splitlines()] == [["error"]]
    assert "line 2" in result.stdout


@pytest.mark.parametrize("arguments", [[], ["text", "--file", "x.jsonl"], ["text", "--stage", "questions"]])
def test_what_makes_no_sense_is_a_usage_error(check, arguments):
    assert check(*arguments).exit_code == Exit.USAGE


def test_a_policy_for_others_is_refused_rather_than_left_out(check, tmp_path):
    others = POLICY.replace("name: default", "name: words\ntenants: [acme]")
    (tmp_path / "p.yaml").write_text(others, "utf-8")
    result = check("a secret", "--json")
    assert (result.exit_code, "give one of them with --tenant" in result.stdout) == (Exit.FAILED, True)
    assert verdicts(check("a secret", "--json", "--tenant", "acme"))[0]["action"] == "block"


def test_without_a_policy_the_default_one_is_applied(check):
    (found,) = verdicts(check("What is a harbour?", "--json", policy=False))
    assert (found["action"], [each.split("@")[0] for each in found["policies"]]) == ("allow", ["default"])


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00", "a" * 100_000])
def test_any_text_has_a_verdict(check, lines, text):
    (found,) = verdicts(check("--file", lines({"text": text}), "--json"))
    assert found["action"] == "allow"
