import math

from hypothesis import given
from hypothesis import strategies as st

from agents.signals.observing import MOST_LABEL, MOST_TEXT, observed
from schemas.event import Event
from schemas.monitors import SignalsObserved

EVENT = Event(event_id="e", tenant="acme")


@given(st.dictionaries(st.sampled_from(["a", "b", "c_ms"]), st.none() | st.floats()), st.text(), st.text())
def test_whatever_is_seen_can_be_written_and_read_back(values, label, text):
    found = observed(EVENT, "answers", values, labels={"rule": label}, vector=b"\x00\xff", text=text)
    assert all(math.isfinite(each) for each in found.values.values())
    assert SignalsObserved.model_validate_json(found.model_dump_json()) == found


def test_labels_and_texts_are_bounded_and_empty_labels_left_out():
    found = observed(EVENT, "index", {}, labels={"reason": "x" * 1_000, "rule": ""}, text="y" * 5_000)
    assert (len(found.labels["reason"]), len(found.text)) == (MOST_LABEL, MOST_TEXT)
    assert "rule" not in found.labels


def test_one_event_gives_each_source_another_id():
    assert observed(EVENT, "answers", {}).event_id != observed(EVENT, "questions", {}).event_id
