import json

import pytest
from typer.testing import CliRunner

from infra.webhook_signature import secret_of
from streams.cli import app, subscribe
from streams.cli.output import Exit
from streams.client import NotInTimeError
from streams.subscription_log import SubscriptionLog
from tests.agents.dispatching.samples import attempted, due, subscribed

KEY = "k" * 32


@pytest.fixture
def log():
    return SubscriptionLog()


@pytest.fixture
def sent(monkeypatch, log):
    """What was published; the log that is read has it then."""
    published = []

    def send(_settings, change):
        published.append(change)
        log.book.apply(change)
        return change

    monkeypatch.setattr(subscribe, "send", send)
    monkeypatch.setattr(subscribe, "read_log", lambda _settings, *, machine: log)
    return published


@pytest.fixture
def run(tmp_path, sent):
    env = {"RAGSTREAM_HOME": str(tmp_path), "RAGSTREAM_DISPATCH__SIGNING_KEY": KEY, "COLUMNS": "200"}
    return lambda *arguments, **more: CliRunner().invoke(app, ["subscribe", *arguments], env={**env, **more})


def test_a_webhook_is_subscribed_and_its_secret_is_told(run, sent):
    arguments = ("--match", "severity>=warning,name=freshness*", "--match", "stage=plan", "--name", "on-call", "--json")
    result = run("webhook", "https://203.0.113.9.invalid/alerts", *arguments)
    facts = json.loads(result.stdout)
    assert result.exit_code == Exit.OK
    [change] = sent
    assert change.match == ("severity>=warning", "name=freshness*", "stage=plan")
    assert (change.subscription, change.channel, change.active) == ("on-call", "webhook", True)
    assert facts["secret"] == secret_of(KEY.encode(), "default", "on-call")
    assert KEY not in result.stdout
    assert "the workers will try all the same" in result.stderr


def test_a_receiver_at_a_private_address_is_refused_unless_that_is_allowed(run, sent):
    result = run("webhook", "http://127.0.0.1:9/alerts", "--json")
    assert result.exit_code == Exit.FAILED
    assert "RAGSTREAM_DISPATCH__ALLOW_PRIVATE" in json.loads(result.stdout)["error"]
    assert sent == []
    assert run("webhook", "http://127.0.0.1:9/alerts", RAGSTREAM_DISPATCH__ALLOW_PRIVATE="1").exit_code == Exit.OK
    assert len(sent) == 1


def test_without_a_key_no_webhook_is_subscribed(run, sent, tmp_path):
    result = run(
        "webhook", "http://127.0.0.1:9/", RAGSTREAM_DISPATCH__SIGNING_KEY=None, RAGSTREAM_DISPATCH__ALLOW_PRIVATE="1"
    )
    assert (result.exit_code, sent) == (Exit.FAILED, [])
    assert "RAGSTREAM_DISPATCH__SIGNING_KEY" in result.stderr


def test_to_subscribe_again_is_the_same_subscription(run, sent):
    for _ in range(2):
        assert run("email", "ada@example.org").exit_code == Exit.OK
    run("email", "ada@example.org", "--match", "name=*")
    run("log", "--tenant", "acme")
    names = [each.subscription for each in sent]
    assert names[0] == names[1] != names[2]
    assert (sent[3].tenant, sent[3].channel) == ("acme", "log")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("webhook", "ftp://example.org"), Exit.FAILED, "http or https"),
        (("email", "ada"), Exit.FAILED, "e-mail address"),
        (("log", "--match", "severity>=loud"), Exit.FAILED, "severities are"),
        (("log", "--match", "Nonsense"), Exit.USAGE, "match"),
        (("log", "--name", "Not A Name"), Exit.USAGE, "subscription"),
        (("document", "rain", "--log", "--email", "a@b.org"), Exit.USAGE, "twice"),
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused_in_a_sentence(run, sent, arguments, code, said):
    result = run(*arguments)
    assert (result.exit_code, sent) == (code, [])
    assert said in result.stderr


def test_a_document_can_be_subscribed_to(run, sent):
    run("document", "rain", "--email", "ada@example.org", "--group", "staff", "--group", "board")
    run("document", "rain")
    assert (sent[0].doc_id, sent[0].channel, sent[0].groups) == ("rain", "email", ("staff", "board"))
    assert (sent[1].doc_id, sent[1].channel) == ("rain", "log")


def test_the_list_has_those_of_the_tenant_and_what_could_not_be_followed(run, log):
    for each in (subscribed("a"), subscribed("b", active=False, reason="gone"), subscribed("c", tenant="acme")):
        log.book.apply(each)
    assert [each["name"] for each in json.loads(run("list", "--json").stdout)["subscriptions"]] == ["a"]
    shown = run("list", "--all").stdout
    assert "ended: gone" in shown
    assert "c" not in [row.split()[1] for row in shown.splitlines() if row.startswith("│")]
    log.problems = ("subscriptions: nonsense",)
    result = run("list")
    assert (result.exit_code, "nonsense" in result.stderr) == (Exit.FAILED, True)


def test_a_subscription_is_ended_by_its_name(run, log, sent):
    log.book.apply(subscribed("a"))
    assert run("end", "a", "--reason", "moved").exit_code == Exit.OK
    assert (sent[0].active, sent[0].reason) == (False, "moved")
    assert run("end", "a").exit_code == Exit.NOT_RUNNING
    assert run("end", "b").exit_code == Exit.NOT_RUNNING


@pytest.mark.parametrize(("outcome", "code"), [("delivered", Exit.OK), ("failed", Exit.FAILED)])
def test_a_test_says_what_came_of_it(run, log, monkeypatch, outcome, code):
    log.book.apply(subscribed("a"))
    monkeypatch.setattr(subscribe, "send_test", lambda *_: attempted(due(), outcome, reason="the receiver answered"))
    result = run("test", "a", "--json")
    assert (result.exit_code, json.loads(result.stdout)["result"]) == (code, outcome)


def test_a_test_that_nothing_is_heard_of_has_failed(run, log, monkeypatch):
    def silence(*_):
        raise NotInTimeError("nothing was heard of it")

    log.book.apply(subscribed("a"))
    monkeypatch.setattr(subscribe, "send_test", silence)
    assert run("test", "a").exit_code == Exit.FAILED


@pytest.mark.parametrize("arguments", [("list",), ("log",)])
def test_without_servers_it_says_how_to_start_them(arguments, tmp_path):
    result = CliRunner().invoke(app, ["subscribe", *arguments], env={"RAGSTREAM_HOME": str(tmp_path)})
    assert result.exit_code == Exit.NOT_RUNNING
    assert "ragstream up" in result.stderr
