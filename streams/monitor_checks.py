"""A definition and an observation in, whether the one looks at the other out."""

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
