"""The codec is total: whatever bytes come in, an event or `Malformed` comes out, and never an exception."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.answers import AnswerServed
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.event import Event, derive_id
from schemas.failures import PermanentError
from schemas.questions import QuestionAsked
from streams.codec import MAX_DEPTH, Malformed, as_headers, decode, encode
from streams.records import Record
from streams.topics import DOCUMENTS, INDEX_LOG, QUERIES, TOPICS, TopicNames, topic_of
from tests.streams import samples
from tests.streams.any_event import any_event
from tests.streams.samples import KINDS, NOON, document, record

NAMES = TopicNames()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | samples.texts,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(samples.texts, children, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from(
    ["type", "event_id", "at", "tenant", "doc_id", "text", "content", "metadata", "readers", "source_version", "top_k"]
)
odd_objects = st.dictionaries(field_names, json_values, max_size=8).map(lambda fields: json.dumps(fields).encode())
ce_headers = st.lists(
    st.tuples(st.sampled_from(["ce_id", "ce_type", "ce_time", "ce_tenant"]), st.none() | st.binary(max_size=20)),
    max_size=4,
).map(tuple)


def decoded(value, topic=DOCUMENTS, **about):
    return decode(record(value, topic=topic.name, **about), topic)


def refused(value, topic=DOCUMENTS, **about):
    found = decoded(value, topic, **about)
    assert isinstance(found, Malformed), found
    return found.reason


@given(samples.records, st.sampled_from(TOPICS))
def test_decoding_never_raises_whatever_the_bytes(raw, topic):
    assert isinstance(decode(raw, topic), Event | Malformed)


@given(odd_objects | json_values.map(lambda value: json.dumps(value).encode()), ce_headers, st.sampled_from(TOPICS))
@example(b'{"doc_id": "a", "text": "x", "at": "0001-01-01T00:00:00+14:00"}', (), DOCUMENTS)
@example(b'{"doc_id": "a", "text": "x"}', (("ce_time", b"0001-01-01T00:00:00+14:00"),), DOCUMENTS)
def test_decoding_never_raises_whatever_the_json(value, headers, topic):
    found = decode(Record(topic.name, 0, 0, b"k", value, headers, NOON), topic)
    assert isinstance(found, Event | Malformed)
    if isinstance(found, Event):
        encode(found, NAMES, "test")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_every_event_survives_the_wire(kind, data):
    event = data.draw(any_event(kind))
    sent = encode(event, NAMES, "test")
    topic = topic_of(event)
    came = decode(Record(sent.topic, 0, 0, sent.key, sent.value, tuple(sent.headers.items()), NOON), topic)
    assert came == event.model_copy(update={"read_from": came.read_from})
    assert (sent.topic, sent.key) == (topic.name, topic.key_of(event))


def test_a_bare_document_is_enough():
    event = decoded('{"doc_id": "a", "text": "x"}', partition=2, offset=7)
    assert event == DocumentUpserted(
        event_id=derive_id("documents", 2, 7), doc_id="a", text="x", at=NOON, read_from=event.read_from
    )
    assert (event.read_from.topic, event.read_from.partition, event.read_from.offset) == ("documents", 2, 7)


def test_a_bare_question_is_known_by_its_place():
    asked = decoded('{"text": "why?"}', QUERIES, offset=3)
    assert asked.query_id == asked.event_id == derive_id("queries", 0, 3)


def test_a_redelivered_record_gets_the_same_ids():
    first, again = (decoded('{"text": "why?"}', QUERIES, offset=3) for _ in range(2))
    assert first == again
    assert decoded('{"text": "why?"}', QUERIES, offset=4).event_id != first.event_id


def nested(depth, brackets="[]"):
    opening, closing = ('{"a":', "}") if brackets == "{}" else ("[", "]")
    return f'{{"doc_id": "a", "text": "x", "metadata": {{"deep": {opening * depth}1{closing * depth}}}}}'


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_nesting_is_taken_up_to_the_limit_and_refused_beyond(brackets):
    """Sixteen levels in all: the object, its metadata, and fourteen more."""
    assert isinstance(decoded(nested(MAX_DEPTH - 2, brackets)), DocumentUpserted)
    assert "deeper than 16" in refused(nested(MAX_DEPTH - 1, brackets))


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_twenty_thousand_levels_are_refused_and_not_a_crash(brackets):
    assert "deeper than 16" in refused(nested(20_000, brackets))


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity", "1e400", "-1e999"])
def test_what_no_json_can_say_again_is_refused(constant):
    assert "not JSON" in refused(f'{{"doc_id": "a", "text": "x", "metadata": {{"n": {constant}}}}}')


def test_of_a_repeated_name_the_last_counts():
    """RFC 8259 leaves it open; Python, JavaScript and Go all take the last."""
    assert decoded('{"doc_id": "a", "text": "x", "doc_id": "b"}').doc_id == "b"


def test_half_a_surrogate_pair_is_replaced_and_a_whole_one_kept():
    """FAILURES 45."""
    event = decoded(r'{"doc_id": "\ud800", "text": "\ud83d\ude00 \udc00", "metadata": {"\ud801": ["\ud802"]}}')
    assert event.doc_id == "\ufffd"
    assert event.text == "\U0001f600 \ufffd"
    assert event.metadata == {"\ufffd": ["\ufffd"]}
    encode(event, NAMES, "test")


@pytest.mark.parametrize(
    "value", [b"\xff\xfe\x00", b'{"doc_id": "\xe9", "text": "x"}', '{"doc_id": "a"}'.encode("utf-16")]
)
def test_a_value_that_is_not_utf8_says_where(value):
    """FAILURES 5."""
    assert "not UTF-8" in refused(value)


def test_a_byte_order_mark_is_no_harm():
    assert decoded(b"\xef\xbb\xbf" + b'{"doc_id": "a", "text": "x"}').doc_id == "a"


@pytest.mark.parametrize("value", [b"{", b"[]", b"42", b"null", b'"text"', b"", b"true", b'{"doc_id": "a"} trailing'])
def test_what_is_no_json_object_is_refused(value):
    """FAILURES 5."""
    assert "the value is" in refused(value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('{"doc_id": 7, "text": "x"}', "doc_id"),
        ('{"doc_id": "d1", "text": null}', "text"),
        ('{"doc_id": "", "text": "x"}', "doc_id"),
        ('{"text": "x"}', "doc_id"),
        ('{"doc_id": "a", "text": "x", "tenant": "a/b"}', "tenant"),
        ('{"doc_id": "a", "text": "x", "at": "yesterday"}', "at"),
        ('{"doc_id": "a", "text": "x", "event_id": 5}', "event_id"),
        ('{"doc_id": "a", "text": "x", "source_version": "new"}', "source_version"),
        ('{"doc_id": "a", "text": "x", "readers": "all"}', "readers"),
        ('{"doc_id": "a", "content": "not base64!"}', "content"),
    ],
)
def test_a_wrong_field_is_named(value, said):
    """FAILURES 5."""
    assert said in refused(value)


def test_the_reasons_do_not_repeat_the_values():
    """FAILURES 79."""
    reason = refused(
        '{"doc_id": ["jane@example.org"], "text": 5, "title": {"jane@example.org": 1}, "readers": 1, "uri": 1}'
    )
    assert "jane" not in reason
    assert "and 2 more" in reason


def test_huge_whole_numbers_are_taken_or_refused_and_never_raise():
    assert isinstance(decoded(document("a", metadata={"n": 10**400})), Event)
    assert "not JSON" in refused(f'{{"doc_id": "a", "text": "x", "metadata": {{"n": {"9" * 5_000}}}}}')
    assert "top_k" in refused(f'{{"text": "x", "top_k": {"9" * 400}}}', QUERIES)


def test_the_limit_is_the_topics_unless_it_is_set_lower():
    exact = document("a", "x" * (1_000 - len(document("a", ""))))
    assert isinstance(decode(record(exact), DOCUMENTS, max_bytes=1_000), DocumentUpserted)
    assert "1,000 bytes; the limit is 999" in decode(record(exact), DOCUMENTS, max_bytes=999).reason
    assert "the limit is 1,048,576" in refused(b" " * (QUERIES.max_bytes + 1), QUERIES)


def test_a_null_value_deletes_the_document_that_is_its_key():
    """FAILURES 7."""
    event = decode(record(None, key=b"doc-9", offset=4, headers=(("ce_tenant", b"acme"),)), DOCUMENTS)
    assert isinstance(event, DocumentDeleted)
    assert (event.doc_id, event.tenant, event.event_id) == ("doc-9", "acme", derive_id("documents", 0, 4))


@pytest.mark.parametrize("key", [None, b"", b"\x83\x00", b"x" * 513])
def test_a_null_value_without_a_usable_key_is_refused(key):
    """FAILURES 7 and 14."""
    assert refused(None, key=key)


def test_a_null_value_means_nothing_on_other_topics():
    assert "takes no null values" in refused(None, QUERIES, key=b"a")


def test_identity_time_type_and_tenant_come_from_cloudevents_headers():
    headers = (
        ("ce_id", b"id-1"),
        ("ce_type", b"ragstream.DocumentDeleted"),
        ("ce_time", b"2026-01-02T03:04:05+02:00"),
        ("ce_tenant", b"acme"),
    )
    event = decoded('{"doc_id": "a"}', headers=headers)
    assert isinstance(event, DocumentDeleted)
    assert (event.event_id, event.tenant, event.at) == ("id-1", "acme", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC))


def test_what_the_body_says_counts_before_the_headers():
    headers = (
        ("ce_id", b"h"),
        ("ce_type", b"DocumentDeleted"),
        ("ce_time", b"2026-01-01T00:00:00Z"),
        ("ce_tenant", b"h"),
    )
    body = {"type": "DocumentUpserted", "event_id": "b", "at": "2025-05-05T00:00:00Z", "tenant": "b"}
    event = decoded(document("a", **body), headers=headers)
    assert isinstance(event, DocumentUpserted)
    assert (event.event_id, event.tenant, event.at) == ("b", "b", datetime(2025, 5, 5, tzinfo=UTC))


@pytest.mark.parametrize("kind", ["DocumentDeleted", "ragstream.DocumentDeleted"])
def test_a_type_may_carry_the_prefix_in_the_body_too(kind):
    assert isinstance(decoded(json.dumps({"doc_id": "a", "type": kind})), DocumentDeleted)


@pytest.mark.parametrize("kind", ["QuestionAsked", "documentdeleted", "com.example.DocumentDeleted", 7, "x" * 5_000])
def test_a_type_of_another_topic_is_refused_with_what_was_expected(kind):
    reason = refused(json.dumps({"doc_id": "a", "type": kind}))
    assert "expected DocumentUpserted or DocumentDeleted" in reason
    assert len(reason) < 300


def test_a_topic_of_many_events_takes_a_bare_value_for_its_first():
    assert "DocumentIndexed" in refused("{}", INDEX_LOG)


def test_a_time_without_a_zone_is_utc():
    assert decoded(document("a", at="2026-01-02T03:04:05")).at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert decoded(document("a"), headers=(("ce_time", b"2026-01-02T03:04:05"),)).at.tzinfo is UTC


def test_an_unreadable_time_in_a_header_gives_way_to_the_records():
    assert decoded(document("a"), headers=(("ce_time", b"yesterday"),)).at == NOON


def test_odd_headers_do_no_harm():
    """FAILURES 14."""
    headers = (("x", b"\xc3\x28"), ("traceparent", b"garbage"), ("traceparent", b""), ("n", None), ("ce_id", b"\xff"))
    assert decoded(document("a"), headers=headers, key=b"\x83\x00").event_id == derive_id("documents", 0, 0)


def test_headers_to_send_on_are_the_first_of_each_name_without_nulls():
    assert as_headers([("a", None), ("a", b"1"), ("a", b"2"), ("b", b"")]) == {"a": b"1", "b": b""}


def test_an_event_leaves_with_all_cloudevents_headers():
    sent = encode(QuestionAsked(event_id="e", query_id="q", text="why?", at=NOON), TopicNames("blue"), "ragstream/plan")
    assert sent.topic == "blue.queries"
    assert sent.key == b"q"
    assert sent.headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"e",
        "ce_type": b"ragstream.QuestionAsked",
        "ce_source": b"ragstream/plan",
        "ce_time": b"2026-03-01T12:00:00+00:00",
        "content-type": b"application/json",
    }


def test_where_an_event_was_read_stays_off_the_wire():
    event = decoded(document("a"))
    assert "read_from" not in json.loads(encode(event, NAMES, "test").value)


def test_an_event_too_large_for_its_topic_is_refused_before_it_is_sent():
    """FAILURES 12."""
    large = AnswerServed(query_id="q", answer_id="a", text="é" * 600_000)
    with pytest.raises(PermanentError, match=r"AnswerServed takes 1,2.* at most 1,048,576"):
        encode(large, NAMES, "test")


def test_unknown_fields_are_ignored():
    assert decoded(document("a", invented_later={"x": 1})).doc_id == "a"
