"""A command's records go on in the trace of whoever called the command."""

from contextvars import copy_context

import pytest

from streams.cli.callers_trace import join_callers_trace
from streams.tracing import inject

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def headers():
    join_callers_trace()
    return dict(inject())


def test_what_is_sent_goes_on_in_the_callers_trace(monkeypatch):
    monkeypatch.setenv("TRACEPARENT", PARENT)
    monkeypatch.setenv("TRACESTATE", "a=1")
    assert copy_context().run(headers) == {"traceparent": PARENT.encode(), "tracestate": b"a=1"}


@pytest.mark.parametrize("given", ["", "nonsense", PARENT[:-3], f"00-{'0' * 32}-00f067aa0ba902b7-01"])
def test_what_is_no_context_is_nobodys_trace(monkeypatch, given):
    monkeypatch.setenv("TRACEPARENT", given)
    monkeypatch.delenv("TRACESTATE", raising=False)
    assert copy_context().run(headers) == {}
