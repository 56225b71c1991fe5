"""Instruments whose series stay few, whatever they are told."""

from schemas import metrics
from schemas.answers import AnswerServed
from schemas.index_log import DocumentIndexed
from schemas.metrics import STAGE, TENANT
from streams.event_metrics import of_output
from streams.meters import FRESH_S, measuring, meters
from tests.readings import Readings
from tests.streams.samples import NOON


def test_a_counter_begins_at_0_for_all_that_it_may_count_so_that_the_first_is_an_increase():
    told = Readings()
    told.meters.add(metrics.ANSWERS, 1, {metrics.ANSWER_OUTCOME: "AnswerServed", TENANT: "acme"})
    begun = {labels["ragstream.answer.outcome"]: point.value for _, labels, point in told.points()}
    assert begun == dict.fromkeys(metrics.OUTCOMES, 0) | {"AnswerServed": 1}


def test_a_counter_with_many_kinds_tells_only_those_that_were_counted():
    told = Readings()
    labels = {metrics.RULE: "card", metrics.GUARD_STAGE: "question", metrics.GUARD_ACTION: "flag"}
    told.meters.add(metrics.FINDINGS, 1, labels)
    assert len(told.points()) == 1


def test_what_a_metric_is_not_split_by_is_left_out():
    told = Readings()
    told.meters.add(metrics.RETRIES, 2, {STAGE: "index", TENANT: "acme"})
    assert told.of(metrics.RETRIES) == {("index",): 2}


def events(numbers, tenants):
    origin = {"topic": "documents", "partition": 0, "offset": 0, "at": NOON}
    for n in numbers:
        about = {"tenant": f"t{n % tenants}", "event_id": f"e{n}", "at": NOON}
        yield DocumentIndexed(**about, doc_id=f"d{n}", revision=1, embedder_id="m", freshness_ms=n, origin=origin)
        yield AnswerServed(
            **about,
            query_id=f"q{n}",
            answer_id=f"a{n}",
            user_id=f"u{n}",
            session_id=f"s{n}",
            timings_ms={"total": n, f"step-{n}": 1},
            findings=[{"rule": f"rule-{n}", "reason": "r", "stage": "answer", "action": "flag"}],
        )


def test_after_the_first_thousand_events_fifty_thousand_more_ids_make_no_further_series():
    """FAILURES 77."""
    told = Readings()
    counts = []
    for numbers in (range(1_000), range(1_000, 26_000)):
        for event in events(numbers, 5_000):
            of_output(told.meters, "any", event, None)
        counts.append(len(told.points()))
    assert counts[0] == counts[1] < 400
    by_tenant = told.of(metrics.ANSWERS)
    assert len(by_tenant) == 21
    assert sum(by_tenant.values()) == 26_000


def test_a_gauge_is_forgotten_when_nobody_sets_it_any_more_unless_it_stays():
    now = [0.0]
    told = Readings(now_s=lambda: now[0])
    told.meters.set(metrics.LAG, 7, {metrics.ROLE: "plan"})
    told.meters.set(metrics.WAITING, 1, {STAGE: "plan"}, by="documents/0", stays=True)
    assert told.of(metrics.LAG) == {("plan",): 7}
    now[0] += FRESH_S + 1
    assert told.of(metrics.LAG) == {}
    assert told.of(metrics.WAITING) == {("plan",): 1}


def test_how_long_a_gauge_is_told_goes_by_how_often_it_is_looked_at():
    now = [0.0]
    told = Readings(now_s=lambda: now[0], fresh_s=180.0)
    told.meters.set(metrics.LAG, 7, {metrics.ROLE: "plan"})
    now[0] = 179.0
    assert told.of(metrics.LAG) == {("plan",): 7}
    now[0] = 181.0
    assert told.of(metrics.LAG) == {}


def test_what_several_tell_of_a_gauge_adds_up_until_they_take_it_back():
    told = Readings()
    for by in ("acme", "globex"):
        told.meters.set(metrics.FIRING, 2, {metrics.SEVERITY: "warning"}, by=by)
    assert told.of(metrics.FIRING) == {("warning",): 4}
    told.meters.forget(metrics.FIRING, "acme")
    assert told.of(metrics.FIRING) == {("warning",): 2}


def test_nothing_is_measured_until_a_process_says_so():
    assert meters() is None
    told = Readings()
    with measuring(told.meters):
        assert meters() is told.meters
    assert meters() is None
