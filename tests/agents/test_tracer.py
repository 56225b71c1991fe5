"""The tracer that tells nobody."""

import pytest

from agents.tracer import UNTRACED


def test_untraced_work_goes_on_and_its_errors_come_through():
    assert UNTRACED.here() == ""
    UNTRACED.link("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    with UNTRACED.span("work", {"a": 1}, remote=True) as span:
        span.note({"b": [1.0]})
        span.text("c", "words")
    with pytest.raises(ValueError, match="bug"), UNTRACED.span("work"):
        raise ValueError("bug")
