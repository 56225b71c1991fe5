from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.event import EPOCH, Event, Origin, derive_id, origin_of
from schemas.questions import QuestionAsked

parts = st.lists(st.text(max_size=10).filter(lambda text: "\x1f" not in text and text.isprintable()) | st.integers())


@given(parts)
def test_a_derived_id_depends_on_its_parts_alone(given_parts):
    assert derive_id(*given_parts) == derive_id(*given_parts)
    assert UUID(derive_id(*given_parts)).version == 5


@given(parts, parts)
def test_different_parts_give_different_ids(one, other):
    assert (derive_id(*one) == derive_id(*other)) == ("\x1f".join(map(str, one)) == "\x1f".join(map(str, other)))


def test_where_one_part_ends_and_the_next_begins_makes_a_difference():
    assert derive_id("ab", "c") != derive_id("a", "bc")


def test_derived_ids_never_change():
    """They are in Weaviate and in topics: another value here would re-identify the world."""
    assert derive_id("documents", 0, 1) == "f90a52a6-41b9-5431-a49b-41e0f9a64f95"


offsets = st.integers(-1_439, 1_439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=offsets))
def test_every_time_is_utc(at):
    try:
        event = Event(at=at)
    except ValidationError:  # the first and the last hours of the calendar
        assert at.year in (1, 9999)
        return
    assert event.at.tzinfo is UTC
    assert event.at == at


def test_a_time_without_a_zone_is_taken_as_utc():
    assert Event(at=datetime(2026, 1, 2, 3)).at == datetime(2026, 1, 2, 3, tzinfo=UTC)  # noqa: DTZ001 - the point


@pytest.mark.parametrize("tenant", ["default", "a", "A-1_b", "x" * 64])
def test_a_tenants_name_is_what_weaviate_takes(tenant):
    assert Event(tenant=tenant).tenant == tenant


@pytest.mark.parametrize("tenant", ["", "a/b", "-a", "x" * 65, "é", "a b", "a\n"])
def test_another_tenants_name_is_refused(tenant):
    with pytest.raises(ValidationError):
        Event(tenant=tenant)


def test_events_do_not_change_and_ignore_what_they_do_not_know():
    event = Event.model_validate({"event_id": "e", "invented_later": 1})
    assert not hasattr(event, "invented_later")
    with pytest.raises(ValidationError):
        event.event_id = "other"


def test_an_id_is_bounded_since_it_becomes_a_header():
    with pytest.raises(ValidationError):
        Event(event_id="x" * 513)


def test_where_it_was_read_is_not_part_of_what_is_written():
    origin = Origin(topic="t", partition=0, offset=1, at=EPOCH)
    event = QuestionAsked(event_id="e", text="x", read_from=origin)
    assert "read_from" not in event.model_dump()
    assert "read_from" not in repr(event)


def test_an_event_that_was_read_from_nowhere_has_no_origin():
    with pytest.raises(ValueError, match="not read from a topic"):
        origin_of(Event())


def test_a_record_came_when_kafka_says_or_else_when_its_event_was():
    noon, later = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 13, tzinfo=UTC)
    origin = Origin(topic="feedback", partition=0, offset=1, at=noon)
    assert origin.came_at == noon
    assert origin.model_copy(update={"received_at": later}).came_at == later
    assert origin_of(Event(read_from=origin)) == origin
