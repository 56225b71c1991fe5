"""Golden files pin every event's JSON, since a topic keeps what was written years ago and others read it without us."""

import json

import pytest

from streams.topics import TOPICS
from tests.schemas.examples import EXAMPLES
from tests.schemas.golden_files import FOLDER, broken_promises, path_of, written

KINDS = {kind for topic in TOPICS for kind in topic.events}
by_kind = pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)


def test_every_event_has_an_example_and_a_golden_file():
    assert {type(event) for event in EXAMPLES} == KINDS
    assert {path.stem for path in FOLDER.iterdir()} == {kind.__name__ for kind in KINDS}


@by_kind
def test_an_example_sets_every_field(event):
    unset = set(type(event).model_fields) - event.model_fields_set - {"type", "read_from"}
    common_to_answers = {"text", "citations", "freshness_ms", "usage"}
    assert unset - common_to_answers <= {"content", "text", "ended_at"}


@by_kind
def test_an_event_is_written_as_its_golden_file_says(event):
    assert written(event) == path_of(event).read_text(), "run `python -m tests.schemas.golden_files`"


@by_kind
def test_a_golden_file_is_read_as_the_event_that_it_was(event):
    assert type(event).model_validate_json(path_of(event).read_bytes()) == event


@by_kind
def test_an_event_without_its_optional_fields_is_still_read(event):
    kind = type(event)
    fields = json.loads(path_of(event).read_bytes())
    needed = {name: fields[name] for name, field in kind.model_fields.items() if field.is_required()}
    if kind.__name__ == "DocumentUpserted":
        needed["text"] = "x"
    if kind.__name__ == "QuestionAsked":
        needed["event_id"] = "e"
    assert kind.model_validate(needed).tenant == "default"


@by_kind
def test_an_event_from_a_newer_writer_is_read(event):
    fields = json.loads(path_of(event).read_bytes()) | {"invented_later": {"deep": [1]}}
    assert type(event).model_validate(fields) == event


def test_additions_are_no_breach_and_everything_else_is():
    old = {"a": 1, "b": [{"c": "x"}]}
    assert broken_promises(old, {"a": 1, "b": [{"c": "x", "new": None}], "new": 1}) == []
    assert broken_promises(old, {"b": [{"c": "x"}]}) == ["event.a is gone"]
    assert broken_promises(old, {"a": True, "b": [{"c": "x"}]}) == ["event.a was 1 and is True"]
    assert broken_promises(old, {"a": 1, "b": [{"c": "y"}]}) == ["event.b[0].c was 'x' and is 'y'"]
