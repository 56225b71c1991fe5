"""Records of answers and of the index's log in, trace ids out."""

from schemas.answers import AnswerServed, Provenance
from schemas.index_log import DocumentSkipped
from streams.codec import encode
from streams.records import Record
from streams.topics import ANSWERS, TopicNames
from streams.trace_log import trace_id_in
from tests.streams.samples import NOON

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NAMES = TopicNames("t")


def record_of(event, *, traced=True):
    out = encode(event, NAMES, "test")
    headers = dict(out.headers) | ({"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01".encode()} if traced else {})
    return Record(out.topic, 0, 0, out.key, out.value, tuple(headers.items()), NOON)


def answer(trace_id):
    return AnswerServed(
        event_id="e", query_id="q", answer_id="a", at=NOON, provenance=Provenance(trace_id=trace_id), text="b"
    )


def test_an_answer_is_known_by_its_id_and_by_its_questions():
    record = record_of(answer("ab" * 16))
    assert [trace_id_in(record, each, NAMES) for each in ("a", "q", "b")] == ["ab" * 16, "ab" * 16, None]


def test_an_answer_that_names_no_trace_has_its_records():
    assert trace_id_in(record_of(answer("")), "a", NAMES) == TRACE
    assert trace_id_in(record_of(answer(""), traced=False), "a", NAMES) is None


def test_a_document_is_known_by_its_line_in_the_log():
    origin = {"topic": "documents", "partition": 0, "offset": 0, "at": NOON}
    skipped = DocumentSkipped(event_id="e", at=NOON, doc_id="d", reason="empty", origin=origin)
    assert trace_id_in(record_of(skipped), "d", NAMES) == TRACE
    assert trace_id_in(record_of(skipped), "e", NAMES) is None


def test_what_is_another_tenants_names_no_trace():
    record = record_of(answer("ab" * 16))
    assert [trace_id_in(record, "a", NAMES, tenant) for tenant in ("default", "acme")] == ["ab" * 16, None]


def test_what_is_no_event_names_no_trace():
    assert trace_id_in(Record(NAMES.wire(ANSWERS), 0, 0, None, b"{", (), NOON), "a", NAMES) is None
