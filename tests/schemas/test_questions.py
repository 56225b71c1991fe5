import pytest
from pydantic import ValidationError

from schemas.questions import MAX_QUESTION_CHARACTERS, MAX_TOP_K, QuestionAsked


def test_a_question_without_an_id_is_known_by_its_events():
    assert QuestionAsked(event_id="e", text="why?").query_id == "e"
    assert QuestionAsked(event_id="e", query_id="", text="why?").query_id == "e"
    assert QuestionAsked(event_id="e", query_id="q", text="why?").query_id == "q"


def test_a_question_with_neither_is_refused():
    with pytest.raises(ValidationError):
        QuestionAsked(text="why?")


def test_a_blank_question_is_an_event_for_the_answering_to_refuse():
    """FAILURES 61."""
    assert QuestionAsked(event_id="e", text=" ").text == " "


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x" * (MAX_QUESTION_CHARACTERS + 1)},
        {"top_k": 0},
        {"top_k": MAX_TOP_K + 1},
        {"deadline_ms": 0},
        {"groups": ["g"] * 257},
        {"filters": {"a": [1]}},
        {"filters": {"a": None}},
        {"text": None},
    ],
)
def test_what_is_beyond_a_limit_is_refused(fields):
    with pytest.raises(ValidationError):
        QuestionAsked.model_validate({"event_id": "e", "text": "why?", **fields})


def test_filters_keep_the_type_of_what_they_are_equal_to():
    filters = {"a": True, "b": 1, "c": 1.5, "d": "1"}
    kept = QuestionAsked.model_validate_json(
        QuestionAsked(event_id="e", text="x", filters=filters).model_dump_json()
    ).filters
    assert [type(value) for value in kept.values()] == [bool, int, float, str]


def test_limits_are_inclusive():
    QuestionAsked(event_id="e", text="x" * MAX_QUESTION_CHARACTERS, top_k=MAX_TOP_K, deadline_ms=1)
