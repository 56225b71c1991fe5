import pytest
from pydantic import ValidationError

from streams.client_questions import asked_now
from tests.streams.samples import NOON


def test_each_question_has_an_id_of_its_own_by_which_its_event_is_known_too():
    one, other = asked_now(NOON, "why?"), asked_now(NOON, "why?")
    assert one.query_id == one.event_id != other.query_id
    assert (one.at, one.tenant, one.stream) == (NOON, "default", False)


def test_what_is_said_with_it_is_kept():
    question = asked_now(NOON, "why?", tenant="acme", groups=["a"], filters={"x": 1}, session_id="s", user_id="u")
    assert (question.tenant, question.groups, question.filters) == ("acme", ("a",), {"x": 1})
    assert (question.session_id, question.user_id) == ("s", "u")


def test_a_question_that_is_none_is_refused():
    with pytest.raises(ValidationError):
        asked_now(NOON, "x" * 10_000)
    with pytest.raises(TypeError):
        asked_now(NOON, "why?", tenent="acme")
