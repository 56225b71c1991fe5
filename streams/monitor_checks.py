"""Definitions in, whether there is room for them, and what they would look at, out."""

from collections import Counter
from collections.abc import Sequence

from agents.monitors import MAX_DEFINED
from schemas.failures import ConfigurationError
from schemas.monitors import MonitorDefined, SignalsObserved

QUESTION = "question"


def looks_at(definition: MonitorDefined, event: SignalsObserved) -> bool:
    """Whether a monitor has something to see there."""
    if (event.tenant, event.source) != (definition.tenant, definition.source):
        return False
    if any(event.labels.get(label) != value for label, value in definition.where.items()):
        return False
    names = {*event.values, *event.labels, *((QUESTION,) if event.vector is not None else ())}
    if definition.signal.endswith("*"):
        return any(name.startswith(definition.signal[:-1]) for name in names)
    return definition.signal in names


def check_room(own: Sequence[MonitorDefined], new: Sequence[MonitorDefined]) -> None:
    """Raises `ConfigurationError` when a tenant would have more monitors of a source than are watched."""
    whole = {each.name: each for each in (*own, *new)}
    counts = Counter(each.source for each in whole.values() if not each.disabled)
    for source, count in counts.items():
        if count > MAX_DEFINED:
            raise ConfigurationError(
                f"there would be {count} monitors of {source}, and at most {MAX_DEFINED} are watched: disable some"
            )
