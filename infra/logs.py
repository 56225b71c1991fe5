"""Log calls in, one line each out: JSON for machines, coloured for a person at a terminal, always on stderr.

Libraries that log through `logging` come out in the same form, from warnings up and without repeating themselves.
So do Python's warnings, the exception that ends the process, and those that nobody can catch. What a line may hold
is decided by `infra/log_redaction.py`.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Final

import structlog
from opentelemetry import trace

from infra.log_file import LogFile, own_log
from infra.log_limiter import LogLimiter
from infra.log_redaction import Redaction, hide_errors, name_exception
from infra.telemetry_settings import TelemetrySettings
from infra.trace_files import MIB

_LAST: Final = logging.getLogger("ragstream")
"""For last words: structlog may be configured otherwise by then, and by default it shows every local variable."""
QUIET: Final = ("faust", "mode", "aiokafka", "httpx", "httpcore", "grpc", "weaviate-client", "opentelemetry")


def configure_logs(
    settings: TelemetrySettings,
    *,
    machine: bool = False,
    redact: Callable[[str], str] = str,
    secrets: Iterable[str] = (),
) -> None:
    """Set up both structlog and `logging` for this process.

    With `machine` lines are JSON whatever the settings say. `redact` replaces personal data in a text; `secrets` are
    replaced wherever they stand.
    """
    redact("")  # what it loads at its first text is not to be waited for in the middle of the work
    level = settings.log_level.upper()
    handler = LogFile(own_log(os.environ), settings.log_file_mib * MIB)
    handler.addFilter(_is_ours_or_a_warning)
    handler.addFilter(LogLimiter())
    handler.addFilter(hide_errors)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                Redaction(redact, secrets),
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(settings, machine=machine),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    structlog.configure(
        processors=[
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(capture=True)
    sys.excepthook = _say_last_words
    threading.excepthook = _say_threads_last_words
    sys.unraisablehook = _say_what_nobody_can_catch


def _is_ours_or_a_warning(record: logging.LogRecord) -> bool:
    """Libraries have loggers under our modules' names, too: Mode logs under that of a service's class."""
    return isinstance(record.msg, dict) or record.levelno >= logging.WARNING


def _renderer(settings: TelemetrySettings, *, machine: bool) -> Any:
    terminal = sys.stderr.isatty()
    person = settings.log_format == "console" or (settings.log_format == "auto" and terminal)
    if machine or not person:
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=terminal)


def add_trace(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """A processor that names the current span, if there is a valid one, in lines that name none themselves."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid and "trace_id" not in line:
        line["trace_id"] = f"{context.trace_id:032x}"
        line["span_id"] = f"{context.span_id:016x}"
    return line


def _say_last_words(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    _LAST.critical("crashed", exc_info=error)


def _say_threads_last_words(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
        _LAST.critical("a thread crashed", exc_info=given.exc_value)


def _say_what_nobody_can_catch(given: "sys.UnraisableHookArgs") -> None:
    """Of an exception while something is destroyed: Python itself would print its text, and more than a line."""
    _LAST.error("an error was ignored", exc_info=given.exc_value)


_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_trace,
    name_exception,
]
"""What is added to every line, ours and the libraries'."""
