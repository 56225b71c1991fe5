from hypothesis import given
from hypothesis import strategies as st

from streams.codec import Malformed, decode
from streams.partitioning import home_partition
from streams.strays import way_home
from streams.topics import DOCUMENTS
from tests.streams.samples import NOON, document, headers, record, texts


def test_a_record_at_home_stays_there():
    raw = record(document("a"), partition=home_partition(b"a", 4))
    assert way_home(raw, decode(raw, DOCUMENTS), DOCUMENTS, 4) is None


def test_with_one_partition_everything_is_at_home():
    raw = record(document("a"))
    assert way_home(raw, decode(raw, DOCUMENTS), DOCUMENTS, 1) is None


@given(texts.filter(bool), st.integers(0, 3), headers, st.sampled_from(["value", "tombstone"]))
def test_a_stray_arrives_as_the_same_event_and_is_then_at_home(doc_id, partition, given_headers, kind):
    key = doc_id.encode()
    value = document(doc_id) if kind == "value" else None
    raw = record(value, partition=partition, offset=8, key=key, headers=given_headers)
    event = decode(raw, DOCUMENTS)
    assert not isinstance(event, Malformed)
    home = way_home(raw, event, DOCUMENTS, 4)
    if home is None:
        assert partition == home_partition(key, 4)
        return
    late = NOON.replace(year=2030)
    arrived = record(
        home.value,
        partition=home.partition,
        offset=99,
        key=home.key,
        headers=tuple(home.headers.items()),
        timestamp=late,
    )
    again = decode(arrived, DOCUMENTS)
    assert again == event.model_copy(update={"read_from": again.read_from})
    assert way_home(arrived, again, DOCUMENTS, 4) is None


def test_the_tenant_of_the_header_goes_along():
    raw = record(document("a"), partition=3, headers=(("ce_tenant", b"acme"),))
    home = way_home(raw, decode(raw, DOCUMENTS), DOCUMENTS, 4)
    assert home.headers["ce_tenant"] == b"acme"
