from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.event import derive_id
from schemas.failures import PermanentError
from streams.codec import decode, encode
from streams.dead_letters import (
    MAX_REASON,
    MAX_VALUE,
    REDRIVEN_FROM,
    PlanNotRedrivenError,
    dead_letter,
    redriven,
)
from streams.topics import DEAD_LETTERS, QUERIES, TopicNames
from tests.streams.samples import NOON, document, record, records

MIB = 1_048_576
LATER = datetime(2026, 3, 9, tzinfo=UTC)


def buried(raw, reason="bad", error="Malformed"):
    """The dead letter after it went over the wire."""
    sent = encode(dead_letter(raw, stage="plan", reason=reason, error=error), TopicNames(), "test")
    came = record(sent.value, topic=sent.topic, headers=tuple(sent.headers.items()))
    return decode(came, DEAD_LETTERS)


@given(records)
def test_the_original_bytes_come_back_exactly(raw):
    letter = buried(raw)
    assert (letter.topic, letter.partition, letter.offset, letter.at) == (
        raw.topic,
        raw.partition,
        raw.offset,
        raw.timestamp,
    )
    assert (letter.key, letter.value) == (raw.key, raw.value)
    assert tuple((header.key, header.value) for header in letter.headers) == tuple(raw.headers)
    assert letter.missing_bytes == 0
    if raw.topic == "chunks":
        with pytest.raises(PlanNotRedrivenError):
            redriven(letter)
    elif raw.key is None and raw.value is None:
        with pytest.raises(PermanentError, match="nothing to send"):
            redriven(letter)
    else:
        again = redriven(letter)
        assert (again.topic, again.key, again.value) == (raw.topic, raw.key, raw.value)


def test_its_id_depends_on_the_place_and_the_stage_only():
    ids = {dead_letter(record(b"{", offset=3), stage="plan", reason=reason, error="x").event_id for reason in "ab"}
    assert len(ids) == 1
    assert dead_letter(record(b"{", offset=3), stage="index", reason="a", error="x").event_id not in ids


def test_a_redriven_record_keeps_the_identity_and_time_that_it_had():
    raw = record(document("a"), partition=2, offset=3, headers=(("x", b"1"), ("x", b"2"), ("n", None)))
    again = redriven(buried(raw))
    assert again.headers["ce_id"] == derive_id("documents", 2, 3).encode()
    assert datetime.fromisoformat(again.headers["ce_time"].decode()) == NOON
    assert again.headers["x"] == b"1"
    assert "n" not in again.headers
    assert again.headers[REDRIVEN_FROM] == buried(raw).event_id.encode()


def test_a_redriven_records_own_identity_counts():
    raw = record(document("a"), headers=(("ce_id", b"mine"), ("ce_time", b"2020-01-01T00:00:00Z")))
    again = redriven(buried(raw))
    assert (again.headers["ce_id"], again.headers["ce_time"]) == (b"mine", b"2020-01-01T00:00:00Z")


@pytest.mark.parametrize("size", [8 * MIB, MAX_VALUE])
def test_the_largest_value_of_any_topic_fits_whole(size):
    assert buried(record(b"\xff" * size)).missing_bytes == 0


@settings(max_examples=15, deadline=None)
@given(
    key=st.sampled_from([0, 700_000, 5 * MIB]),
    headers=st.lists(st.sampled_from([("h", 10), ("\x00" * 9_000, 0), ("long", 900_000), ("é", 3 * MIB)]), max_size=4),
    many=st.sampled_from([0, 60_000]),
    value=st.sampled_from([0, 9 * MIB, 17 * MIB]),
    reason=st.sampled_from(["bad", "\x00\u00e9\U0001f600\ud800" * 5_000]),
)
def test_a_dead_letter_always_fits_its_topic_and_says_what_is_missing(key, headers, many, value, reason):
    raw = record(
        b"v" * value,
        key=b"k" * key,
        headers=tuple((name, b"h" * size) for name, size in headers) + (("", b"1"),) * many,
        timestamp=datetime(2026, 1, 1, tzinfo=UTC),
    )
    letter = buried(raw, reason)
    kept = len(letter.key) + len(letter.value) + sum(len(h.key.encode()) + len(h.value) for h in letter.headers)
    whole = key + value + many + sum(len(name.encode()) + size for name, size in headers)
    assert letter.missing_bytes == whole - kept
    assert raw.value.startswith(letter.value)
    assert raw.key.startswith(letter.key)
    assert len(letter.reason) <= MAX_REASON


def test_a_cut_dead_letter_is_not_redriven_and_says_where_the_whole_record_is():
    letter = buried(record(b"x" * (MAX_VALUE + 1), partition=1, offset=7))
    assert "1 bytes of the record did not fit" in letter.reason
    with pytest.raises(PermanentError, match="lacks 1 bytes of its record: read it at documents/1@7"):
        redriven(letter)


@pytest.mark.parametrize("topic", ["chunks", "live1.chunks"])
def test_a_plan_is_not_redriven_and_its_document_and_the_cure_are_named(topic):
    plan = dead_letter(record(b"{}", topic=topic, key=b"a b"), stage="index", reason="no", error="x", tenant="acme")
    with pytest.raises(PlanNotRedrivenError, match=r"document a b,.*`ragstream delete 'a b' --tenant acme --wait`"):
        redriven(plan)


@pytest.mark.parametrize("headers", [(), (("ce_id", b"q1"), ("ce_time", b"2020-01-01T00:00:00Z"))])
def test_a_redriven_question_keeps_its_id_and_gets_the_new_records_time(headers):
    raw = record(b'{"text": "Why?"}', topic="live1.queries", partition=2, offset=3, headers=headers)
    again = redriven(buried(raw))
    came = record(again.value, topic=again.topic, offset=99, headers=tuple(again.headers.items()), timestamp=LATER)
    question = decode(came, QUERIES)
    assert question.query_id == decode(raw, QUERIES).query_id
    assert question.at == LATER
