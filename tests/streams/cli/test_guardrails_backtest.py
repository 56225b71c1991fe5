"""`guardrails backtest`, with the log replaced by some records."""

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from typer.testing import CliRunner

from agents.guardrails.rules import BY_NAME
from schemas.answers import AnswerServed
from schemas.questions import QuestionAsked
from streams.cli import app
from streams.cli.output import Exit
from streams.policy_book import InMemoryPolicyBook
from streams.policy_log import PolicyLog
from tests.agents.guardrails.fakes import WordRule, policy, setting
from tests.streams.samples import record

module = import_module("streams.cli.guardrails_backtest")

POLICY = """\
name: words
rules:
  - {rule: word, stages: [question], action: block}
"""


def question(query_id, text, age=timedelta()):
    event = QuestionAsked(query_id=query_id, text=text, at=datetime.now(UTC) - age)
    return record(event.model_dump_json(), topic="queries")


ANSWER = record(
    AnswerServed(query_id="a", answer_id="1", text="so", at=datetime.now(UTC)).model_dump_json(), topic="answers"
)
RECORDS = [
    question("a", "a secret"),
    question("a", "a secret"),
    question("b", "plain"),
    question("old", "a secret", timedelta(days=8)),
    record("{", topic="queries"),
    ANSWER,
]


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("RAGSTREAM_CACHE", str(tmp_path / "no-model-is-here"))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setitem(BY_NAME, "word", WordRule)
    (tmp_path / "p.yaml").write_text(POLICY, "utf-8")

    class Reader:
        @classmethod
        def of(cls, *_):
            return cls()

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_): ...
        async def ends(self): ...
        async def beginnings(self): ...
        def seek(self, _): ...
        async def records_until(self, _):
            for each in RECORDS:
                yield each

    async def read(*_):
        log = PolicyLog(InMemoryPolicyBook(policy(name="default")))  # so that no other rule has a say
        log.book.apply(policy(setting(), name="words"))
        return log

    monkeypatch.setattr(module, "TopicReader", Reader)
    monkeypatch.setattr(module, "read_policies", read)
    return lambda *arguments: CliRunner().invoke(app, ["guardrails", "backtest", str(tmp_path / "p.yaml"), *arguments])


def test_the_log_is_looked_at_with_both_policies_and_only_the_difference_is_told(run):
    result = run("--json")
    report = json.loads(result.stdout)
    assert result.exit_code == Exit.OK
    assert (report["questions"], report["answers"], report["changed"]) == (2, 1, 1)
    assert report["changes"] == [
        {"stage": "question", "before": "flag", "after": "block", "count": 1, "examples": [{"query_id": "a"}]}
    ]
    assert report["replaces"].startswith("words@")
    assert report["policy"] != report["replaces"]


def test_since_says_how_far_back(run):
    assert json.loads(run("--since", "9d", "--json").stdout)["questions"] == 3
    assert json.loads(run("--since", "30m", "--json").stdout)["questions"] == 2


@pytest.mark.parametrize("since", ["", "7", "d", "0d", "7w", "-7d", "7 d"])
def test_a_duration_that_is_none_is_a_usage_error(run, since):
    assert run("--since", since).exit_code == Exit.USAGE


def test_texts_are_shown_to_those_who_ask(run):
    assert "a secret" not in run().stdout
    assert "a secret" in run("--show-text").stdout


def test_a_person_reads_the_counts_and_sees_that_something_happens(run):
    result = run()
    assert "1 of 3 texts would be treated otherwise" in result.stdout
    assert "Looking at questions and answers" in result.stderr
