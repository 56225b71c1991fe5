import importlib
import pkgutil

import pytest

import schemas
from schemas.answers import Answer
from schemas.conditions import Condition
from schemas.documents import DocumentDeleted
from schemas.event import Event, Tick
from schemas.operations import Alert
from streams.topic import FOREVER, MIB
from streams.topics import DOCUMENTS, TOPICS, TopicNames, topic_of

SHARED = {Answer, Alert, Condition, Tick}
"""Bases of several events; they never travel themselves."""
by_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)


def every_event():
    for module in pkgutil.iter_modules(schemas.__path__):
        importlib.import_module(f"schemas.{module.name}")
    found, waiting = set(), [Event]
    while waiting:
        below = waiting.pop().__subclasses__()
        found.update(kind for kind in below if kind.__module__.startswith("schemas."))
        waiting += below
    return found - SHARED


def test_every_event_travels_on_exactly_one_topic():
    listed = [kind for topic in TOPICS for kind in topic.events]
    assert len(listed) == len(set(listed))
    assert set(listed) == every_event()


def test_names_are_unique_and_as_kafka_takes_them():
    names = [topic.name for topic in TOPICS]
    assert len(names) == len(set(names))
    assert all(name.replace("-", "").isalnum() and name.islower() for name in names)


@by_topic
def test_a_topics_key_is_a_field_of_each_of_its_events(topic):
    assert all(topic.key in kind.model_fields or hasattr(kind, topic.key) for kind in topic.events)


@by_topic
def test_an_event_is_found_by_its_name_and_its_type_says_the_same(topic):
    for kind in topic.events:
        assert topic.event_named(kind.__name__) is kind
        assert kind.model_fields["type"].default == kind.__name__
    assert topic.event_named("Event") is None


@by_topic
def test_every_topic_says_what_it_is_about_in_one_sentence(topic):
    assert topic.about.endswith(".")
    assert "\n" not in topic.about


@by_topic
def test_a_topic_takes_its_largest_value_with_room_for_headers(topic):
    config = topic.config()
    assert int(config["max.message.bytes"]) >= topic.max_bytes + 65_536
    assert int(config["max.message.bytes"]) < 16 * MIB
    assert config["cleanup.policy"] in ("compact", "delete")


def test_documents_are_kept_for_good_and_deleted_by_a_null_value():
    assert DOCUMENTS.retention_ms == FOREVER
    assert DOCUMENTS.tombstone is DocumentDeleted


def test_a_key_is_the_text_of_its_field():
    assert DOCUMENTS.key_of(DocumentDeleted(doc_id="é")) == "é".encode()
    assert topic_of(DocumentDeleted(doc_id="é")) is DOCUMENTS


def test_a_namespace_stands_before_every_name():
    names = TopicNames("blue")
    assert names.wire(DOCUMENTS) == "blue.documents"
    assert names.topic("blue.documents") is DOCUMENTS
    assert TopicNames().wire(DOCUMENTS) == "documents"
    for foreign in ("documents", "green.documents", "blue.unknown"):
        with pytest.raises(KeyError):
            names.topic(foreign)
