"""The variables `TRACEPARENT` and `TRACESTATE` in, the context that what a command sends goes on in out.

They are OpenTelemetry's for programs that one program starts: its specification's "Environment Variables as Context
Propagation Carriers". So a job's questions, documents and votes are in the job's trace.
"""

import os
from typing import Final

from opentelemetry.context import Context, attach

from streams.tracing import W3C

VARIABLES: Final = ("TRACEPARENT", "TRACESTATE")


def join_callers_trace() -> None:
    """Make the caller's span the current one of this task; what is no context, or is missing, changes nothing."""
    carrier = {name.lower(): value for name in VARIABLES if (value := os.environ.get(name, "").strip())}
    if carrier:
        attach(W3C.extract(carrier, Context()))
