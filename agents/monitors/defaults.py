"""What is watched when nobody has said what to watch."""

from typing import Final

from schemas.monitors import MonitorDefined, Threshold

DEFAULTS: Final[tuple[MonitorDefined, ...]] = (
    MonitorDefined(
        name="weaviate-away",
        about="Weaviate does not answer: nothing is found, and nothing is stored.",
        source="operations",
        signal="up.weaviate",
        detector=Threshold(below=0.5),
        severity="critical",
        for_s=4,
        keep_s=10,
    ),
)
