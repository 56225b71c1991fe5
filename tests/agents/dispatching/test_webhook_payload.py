import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from agents.dispatching.webhook_payload import webhook_payload
from schemas.operations import AlertFired, Consequence, Evidence
from tests.agents.dispatching.samples import NOON, due, fired, resolved
from tests.streams.any_event import any_event


def payload(alert, **fields):
    return json.loads(webhook_payload(due(alert, **fields), "https://ragstream.example.org"))


def test_an_alert_reads_as_alertmanager_writes_it():
    alert = fired(severity="critical", value=12.5, threshold=10.0, labels={"stage": "index"}, details={"hint": "look"})
    labels = {"alertname": "freshness", "severity": "critical", "tenant": "default", "stage": "index"}
    annotations = {"summary": "number 1", "value": "12.5", "threshold": "10", "hint": "look"}
    assert payload(alert, dropped=2) == {
        "version": "4",
        "groupKey": '{}:{alertname="freshness", fingerprint="f1"}',
        "truncatedAlerts": 2,
        "status": "firing",
        "receiver": "on-call",
        "groupLabels": {"alertname": "freshness"},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "https://ragstream.example.org",
        "alerts": [
            {
                "status": "firing",
                "labels": labels,
                "annotations": annotations,
                "startsAt": "2026-03-01T12:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "https://ragstream.example.org",
                "fingerprint": "f1",
            }
        ],
        "notificationId": "n1",
    }


def test_the_end_of_an_alert_has_its_labels_and_its_group():
    beginning, end = payload(fired(labels={"a": "b"})), payload(resolved(labels={"a": "b"}))
    assert (end["status"], end["alerts"][0]["status"]) == ("resolved", "resolved")
    assert end["alerts"][0]["endsAt"] == "2026-03-01T12:05:00Z"
    assert end["groupKey"] == beginning["groupKey"]
    assert end["commonLabels"] == beginning["commonLabels"]


def test_labels_have_names_that_prometheus_takes_and_none_takes_an_alerts_own():
    labels = payload(fired(labels={"2nd-try": "x", "alertname": "forged", "tenant": "other", "": "y"}))["commonLabels"]
    assert labels == {"alertname": "freshness", "severity": "warning", "tenant": "default", "_2nd_try": "x", "_": "y"}


def test_what_follows_from_an_alert_is_told_with_it():
    follower = Consequence(
        fingerprint="f2", alert="latency", summary="slow", started_at=NOON, ended_at=NOON + timedelta(minutes=1)
    )
    told = payload(fired(consequences=(follower,), evidence=(Evidence(answer_id="a"), Evidence(answer_id="b"))))
    assert len(told["alerts"]) == 1
    said = told["commonAnnotations"]
    assert said["consequences"] == "latency since 2026-03-01T12:00:00Z until 2026-03-01T12:01:00Z: slow"
    assert said["answers"] == "a\nb"


@given(any_event(AlertFired))
def test_any_alert_can_be_told(alert):
    assert payload(alert)["alerts"][0]["labels"]["alertname"] == alert.alert[:8_192]


@given(st.sampled_from(['"', "\x00", "€", "\U0001f600", "x"]))
def test_however_much_an_alert_says_the_body_has_at_most_a_quarter_of_a_mebibyte(character):
    long = {f"{character}{number}": character * 20_000 for number in range(64)}
    alert = fired(labels=long, details=long, summary=character * 20_000, fingerprint=character * 20_000)
    body = webhook_payload(due(alert), "https://ragstream.example.org")
    assert len(body.encode()) <= 262_144
    assert len(body.encode()) > 100_000
    assert json.loads(body)["commonAnnotations"]["summary"].startswith(character)
