from datetime import timedelta

import pytest

from schemas.operations import Evidence
from streams.cli.alert_text import alert_lines, spent
from tests.agents.alerting.samples import NOON, Tenant, at, cleared, raised

AWAY = {"labels": {"signal": "up.weaviate"}, "severity": "critical", "keep_s": 10}


def test_an_end_says_from_when_to_when_with_what_followed_indented():
    tenant = Tenant().take(
        raised(0, "weaviate-away", summary="up.weaviate is 0", details={"probe": "no answer"}, **AWAY),
        raised(5, "answer-latency", summary="slow"),
        raised(6, "index-freshness", summary="late"),
        cleared(60, "weaviate-away"),
        cleared(65, "answer-latency"),
    )
    fired, resolved = tenant.wait_until(200).told
    assert list(alert_lines(fired)) == [
        "2026-03-01 12:00:00  fired     critical  weaviate-away: up.weaviate is 0", "    probe: no answer",
    ]  # fmt: skip
    assert list(alert_lines(resolved)) == [
        "2026-03-01 12:01:40  resolved  critical  weaviate-away: up.weaviate is 0",
        "    from 2026-03-01 12:00:00 to 2026-03-01 12:01:00, 1 min 0 s",
        "    probe: no answer",
        "    └ answer-latency, since 2026-03-01 12:00:05, 1 min 0 s: slow",
        "    └ index-freshness, since 2026-03-01 12:00:06, goes on: late",
    ]


def test_a_late_alert_says_since_when_and_whose():
    [fired] = Tenant().take(raised(9, since=2, tenant="acme", summary="x\x1b[31m")).told
    assert list(alert_lines(fired)) == [
        "2026-03-01 12:00:09  fired     warning   slow (acme): x\\x1b[31m", "    since 2026-03-01 12:00:02",
    ]  # fmt: skip


def test_an_occurrence_and_a_reminder_are_called_so():
    tenant = Tenant().take(raised(0, renotify_s=60), raised(0, "shipped", once=True)).wait_until(60)
    assert [next(iter(alert_lines(each)))[21:29] for each in tenant.told] == ["fired   ", "occurred", "goes on "]


def test_the_answers_behind_it_are_named_so_that_one_can_be_looked_at():
    evidence = (*[Evidence(answer_id=f"answer-{n}") for n in (1, 1, 2, 3, 4, 5, 6)], Evidence(doc_id="rain"))
    [fired] = Tenant().take(raised(0, evidence=evidence)).told
    assert list(alert_lines(fired))[-1] == "    answers: answer-1, answer-2, answer-3, answer-4 and 2 more"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3_600, "1 h 0 min"), (-5, "0 s")]
)
def test_a_time_is_said_shortly(seconds, said):
    assert spent(NOON, at(seconds)) == said
    assert at(seconds) - NOON == timedelta(seconds=seconds)
