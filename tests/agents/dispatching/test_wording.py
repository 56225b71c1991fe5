from datetime import timedelta

from hypothesis import given

from agents.dispatching.wording import MAX_LISTED, annotations_of, subject_of, text_of
from schemas.operations import AlertFired, Consequence, Evidence
from tests.agents.dispatching.samples import NOON, fired, resolved
from tests.streams.any_event import any_event


def test_a_subject_says_what_happens_and_how_grave_it_is():
    assert subject_of(fired(severity="critical")) == "[FIRING] critical: freshness: number 1"
    assert subject_of(resolved()) == "[RESOLVED] warning: freshness"


@given(any_event(AlertFired))
def test_a_subject_is_one_line_of_bounded_length(alert):
    subject = subject_of(alert)
    assert len(subject) <= 200
    assert subject.isprintable()


def test_a_text_says_all_that_is_known():
    alert = resolved(
        summary="late",
        value=12.5,
        labels={"stage": "index"},
        details={"hint": "look there"},
        evidence=(Evidence(doc_id="d"),),
    )
    assert text_of(alert, 1_200).splitlines() == [
        "late",
        "alert: freshness",
        "severity: warning",
        "tenant: default",
        "stage: index",
        "since: 2026-03-01T12:00:00Z",
        "until: 2026-03-01T12:05:00Z",
        "value: 12.5",
        "threshold: 0",
        "documents: d",
        "hint: look there",
        "1,200 earlier alerts were dropped, because too many waited for this subscription.",
    ]


def test_an_occurrence_and_a_repetition_are_called_so():
    assert annotations_of(fired(once=True, repeated=2, summary="")) == {"once": "true", "repeated": "2"}


def test_a_detail_does_not_hide_what_is_measured():
    assert annotations_of(fired(window="5m", details={"window": "other"}))["window"] == "5m"


def test_of_a_long_list_the_first_are_told_and_how_many_more_there_are():
    follower = Consequence(fingerprint="f", alert="latency", started_at=NOON + timedelta(seconds=1))
    listed = annotations_of(fired(consequences=(follower,) * (MAX_LISTED + 3)))["consequences"].splitlines()
    assert len(listed) == MAX_LISTED + 1
    assert listed[0] == "latency since 2026-03-01T12:00:01Z"
    assert listed[-1] == "and 3 more"
