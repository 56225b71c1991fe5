"""Log calls in, one line each out: JSON for machines, coloured for a person at a terminal, always on stderr.

Libraries that log through `logging` come out in the same form, from warnings up and without repeating themselves.
Values never hold document or question text; that is the callers' rule, since no filter can know.
"""

import logging
import sys
from typing import Any, Final

import structlog
from opentelemetry import trace

from infra.log_limiter import LogLimiter

QUIET: Final = ("faust", "mode", "aiokafka", "httpx", "httpcore", "grpc", "weaviate-client", "opentelemetry")


def configure_logs(level: str, *, machine: bool = False) -> None:
    """Set up both structlog and `logging` for this process; `level` is `debug`, `info`, `warning` or `error`.

    With `machine` lines are JSON even at a terminal.
    """
    person = sys.stderr.isatty() and not machine
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        structlog.processors.format_exc_info,
    ]
    render = structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    handler.addFilter(_LibrariesOnly(LogLimiter()))
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


class _LibrariesOnly(logging.Filter):
    """What we say ourselves is rare and is never held back; structlog hands it over as a dict."""

    def __init__(self, limiter: LogLimiter) -> None:
        super().__init__()
        self._limiter = limiter

    def filter(self, record: logging.LogRecord) -> bool:
        return isinstance(record.msg, dict) or self._limiter.filter(record)


def _add_trace(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
    return event
