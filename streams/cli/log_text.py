"""A line of a log in, whether it is wanted, and what a person reads of it out."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from rich.text import Text

from infra.log_reader import LogLine
from streams.cli.output import plain

LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_STYLES: Final = {"debug": "dim", "warning": "yellow", "error": "red", "critical": "bold red"}
_IN_FRONT: Final = ("timestamp", "level", "event", "logger", "role")
_SHORT: Final = ("span_id",)
"""What is left to --json."""
_PLACE: Final = ("stage", "topic", "partition", "offset", "tenant", "event_id", "trace_id")
"""What a line is about, before what it says: a process has these in an order of its own."""
WORKER_WIDTH: Final = 8
EVENT_WIDTH: Final = 18


@dataclass
class Wanted:
    """Which lines. `about` is an id of a trace or of anything that a line names; its traces' lines are wanted, too."""

    level: str = LEVELS[0]
    about: str | None = None
    _traces: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.about is not None:
            self._traces.add(self.about)

    def learn(self, line: LogLine) -> None:
        """Note which trace a line belongs to that names what is asked about."""
        if self.about is not None and self.about in line.text and self.about in line.fields.values():
            self._traces.add(str(line.fields.get("trace_id", self.about)))

    def takes(self, line: LogLine) -> bool:
        if self.about is not None:
            self.learn(line)
            if not any(each in line.text for each in self._traces):
                return False
            if self._traces.isdisjoint(each for each in line.fields.values() if isinstance(each, str)):
                return False
        return _rank(line.fields.get("level")) >= LEVELS.index(self.level)


def _rank(level: Any) -> int:
    """What has no level was written past the logs: it may be what ended the worker."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def for_machines(line: LogLine) -> str:
    """The line as it stands, or as JSON where it is none."""
    return line.text if "timestamp" in line.fields else json.dumps({"worker": line.worker, **line.fields})


def for_people(line: LogLine) -> Text:
    """Time, worker, what happened, and the fields."""
    fields = line.fields
    level = str(fields.get("level", ""))
    at = line.at[:23].replace("T", " ").ljust(23)
    worker = line.worker.removeprefix("worker-").ljust(WORKER_WIDTH)
    event = plain(str(fields.get("event", "")), keep="")
    more = [
        f"{plain(name, keep='')}={_value(value)}"
        for name, value in sorted(fields.items(), key=lambda field: _place(field[0]))
        if name not in _IN_FRONT and name not in _SHORT
    ]
    text = Text(f"{at} {worker} ")
    text.append(f"{level:<8} ", _STYLES.get(level, ""))
    text.append(event.ljust(EVENT_WIDTH) if more else event, "bold" if level else "")
    return text.append(f" {' '.join(more)}" if more else "")


def _place(name: str) -> int:
    return _PLACE.index(name) if name in _PLACE else len(_PLACE)


def _value(value: Any) -> str:
    shown = value if isinstance(value, str) else json.dumps(value)
    return plain(json.dumps(shown, ensure_ascii=False) if " " in shown and isinstance(value, str) else shown, keep="")
