"""An answer's, a question's or a document's id in, the id of its trace out, as the topics know it."""

from opentelemetry import trace

from schemas.answers import Answer
from schemas.event import Event
from schemas.index_log import DocumentIndexed, DocumentSkipped
from streams.client_reader import TopicReader
from streams.codec import decode
from streams.records import Record
from streams.topics import ANSWERS, INDEX_LOG, TopicNames
from streams.tracing import extract


async def trace_id_of(wanted: str, bootstrap: str, namespace: str, tenant: str | None = None) -> str | None:
    """Of the last record that is about it; None when there is none. Raises `TransientError` without a broker."""
    names = TopicNames(namespace)
    found: str | None = None
    async with TopicReader.of(bootstrap, names, (ANSWERS, INDEX_LOG)) as reader:
        ends = await reader.ends()
        reader.seek(await reader.beginnings())
        async for record in reader.records_until(ends):
            if wanted.encode() in (record.value or b""):
                found = trace_id_in(record, wanted, names, tenant) or found
    return found


def trace_id_in(record: Record, wanted: str, names: TopicNames, tenant: str | None = None) -> str | None:
    """The trace of a record that is about `wanted`: the one that the answer names, or the record's own.

    None where it is about something else, or is not the tenant's where one is named.
    """
    event = decode(record, names.topic(record.topic))
    match event:
        case Event() if tenant not in {None, event.tenant}:
            return None
        case Answer() if wanted in {event.answer_id, event.query_id} and event.provenance.trace_id:
            return event.provenance.trace_id
        case Answer() if wanted in {event.answer_id, event.query_id}:
            return _of_headers(record)
        case DocumentIndexed() | DocumentSkipped() if event.doc_id == wanted:
            return _of_headers(record)
    return None


def _of_headers(record: Record) -> str | None:
    context = trace.get_current_span(extract(record)).get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None
