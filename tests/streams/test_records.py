from datetime import UTC, datetime

import pytest

from streams.records import Outgoing, instant
from tests.streams.samples import record


def test_a_header_is_the_first_of_its_name_that_is_not_null():
    raw = record(b"", headers=(("a", None), ("a", b"1"), ("a", b"2")))
    assert raw.header("a") == "1"


def test_a_header_that_is_missing_or_not_utf8_is_none():
    """FAILURES 14."""
    raw = record(b"", headers=(("a", b"\xc3\x28"), ("a", b"readable")))
    assert raw.header("a") is None
    assert raw.header("b") is None


def test_headers_are_added_without_touching_the_original():
    plain = Outgoing("t", None, b"", {"a": b"1"})
    assert plain.with_headers({"b": b"2"}).headers == {"a": b"1", "b": b"2"}
    assert plain.headers == {"a": b"1"}


@pytest.mark.parametrize("milliseconds", [-(10**15), 10**18, 2**63 - 1, -(2**63), float("nan")])
def test_a_timestamp_that_no_date_has_is_the_epoch(milliseconds):
    """FAILURES 24: Kafka takes any number, and one of them must not stop a partition."""
    assert instant(milliseconds) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_timestamp_is_milliseconds_of_unix_time():
    assert instant(1_772_366_400_500) == datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)
