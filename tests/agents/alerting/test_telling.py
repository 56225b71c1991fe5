from agents.alerting.telling import occurred, occurrence_id
from schemas.operations import Evidence
from tests.agents.alerting.samples import Tenant, cleared, raised

EVIDENCE = (Evidence(answer_id="a1", trace_id="t1"),)


def test_an_alert_says_all_that_the_condition_says():
    condition = raised(
        0, severity="critical", summary="too slow", value=9.0, threshold=2.0, window="1h", evidence=EVIDENCE,
        labels={"signal": "latency_ms"}, details={"slowest": "draft"}, readers=("staff",),
    )  # fmt: skip
    fired, resolved = Tenant().take(condition, cleared(5, summary="as before")).told
    for each in (fired, resolved):
        assert (each.alert, each.severity, each.value, each.threshold) == ("slow", "critical", 9.0, 2.0)
        assert (each.window, each.evidence, each.readers) == ("1h", EVIDENCE, ("staff",))
        assert (each.labels, each.details) == ({"signal": "latency_ms"}, {"slowest": "draft"})
    assert (fired.summary, resolved.summary) == ("too slow", "as before")
    assert fired.fingerprint == resolved.fingerprint
    assert fired.event_id != resolved.event_id


def test_the_same_occurrence_has_one_id_whoever_saw_it_and_another_has_another():
    assert occurrence_id(raised(0, once=True)) == occurrence_id(raised(3, since=0, once=True))
    assert occurrence_id(raised(0, once=True)) != occurrence_id(raised(3, once=True))
    assert occurred(raised(0, once=True)).once
