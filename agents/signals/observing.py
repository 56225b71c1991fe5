"""An event and what it shows in, one `SignalsObserved` out."""

import base64
import math
from collections.abc import Mapping
from typing import Final

from schemas.event import Event, derive_id
from schemas.monitors import SignalsObserved, Source
from schemas.operations import Evidence

MOST_LABEL: Final = 256
"""Characters of a label; ids and names are shorter."""
MOST_TEXT: Final = 1_000


def observed(
    event: Event,
    source: Source,
    values: Mapping[str, float | None],
    *,
    labels: Mapping[str, str] | None = None,
    evidence: Evidence | None = None,
    vector: bytes | None = None,
    text: str = "",
    tenant: str | None = None,
) -> SignalsObserved:
    """What `event` shows, at its own time and for its own tenant unless another is given.

    Values that are None or not finite are left out, as are empty labels: what is not known is not 0.
    """
    return SignalsObserved(
        event_id=derive_id("signals", source, event.tenant, event.event_id),
        tenant=tenant or event.tenant,
        at=event.at,
        source=source,
        values={name: float(each) for name, each in values.items() if each is not None and math.isfinite(each)},
        labels={name: each[:MOST_LABEL] for name, each in (labels or {}).items() if each},
        vector=None if vector is None else base64.b64encode(vector),
        text=text[:MOST_TEXT],
        evidence=evidence or Evidence(),
        origin=event.read_from,
    )
