from agents.monitors.detecting import Reading
from agents.monitors.telling import Occasion, broken, cleared, raised, retold, withdrawn
from schemas.monitors import Threshold
from schemas.operations import Evidence
from tests.agents.monitors.worlds import at, monitor

SLOW = monitor(Threshold(above=1.0), severity="critical", for_s=5.0)
NOW = Occasion("acme", at(10), "s1")


def test_no_number_that_is_none_is_told() -> None:
    """FAILURES 70."""
    told = raised(SLOW, "latency_ms", Reading("breached", float("nan"), float("inf")), {}, NOW)
    assert (told.value, told.threshold) == (0.0, 0.0)


def test_what_is_told_is_bounded_and_begins_no_later_than_it_is_told() -> None:
    reading = Reading(
        "breached",
        summary="x" * 5_000,
        since=at(99),
        evidence=(Evidence(doc_id="d"),) * 100,
        details={str(number): "" for number in range(100)},
    )
    told = raised(SLOW, "latency_ms", reading, {"known causes": "a new prompt"}, NOW)
    assert len(told.summary) == 2_000
    assert len(told.evidence) == len(told.details) == 64
    assert told.details["known causes"] == "a new prompt"
    assert (told.since, told.severity, told.for_s) == (at(10), "critical", 5.0)


def test_the_beginning_the_end_and_what_is_withdrawn_have_one_fingerprint() -> None:
    told = raised(SLOW, "latency_ms", Reading("breached", 2.0, 1.0), {}, NOW)
    later = Occasion("acme", at(20), "s2")
    over = cleared(SLOW, "latency_ms", Reading("normal"), later)
    gone = withdrawn(told, "is no longer watched", later)
    worse = retold(told, SLOW.model_copy(update={"severity": "info"}), later)
    assert {each.fingerprint for each in (told, over, gone, worse)} == {told.fingerprint}
    assert over.event_id == gone.event_id != told.event_id
    assert worse.severity == "info"
    assert gone.summary == "latency_ms is no longer watched"


def test_one_that_fails_is_another_condition() -> None:
    told = broken(SLOW, "latency_ms", ValueError("no"), NOW)
    assert told.name == "monitor-broken"
    assert told.fingerprint != raised(SLOW, "latency_ms", Reading("breached"), {}, NOW).fingerprint
    assert told.summary == "the monitor mine fails at latency_ms and begins anew: ValueError: no"


def test_whoever_is_told_reads_what_the_monitor_is_about() -> None:
    about = SLOW.model_copy(update={"about": "Answers take longer than a second."})
    told = raised(about, "latency_ms", Reading("breached", 2.0, 1.0, details={"where": "queries/3"}), {}, NOW)
    assert told.details == {"about": "Answers take longer than a second.", "where": "queries/3"}
