"""What the Faust driver can be told."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FaustOptions:
    """What a Faust app needs to know of its surroundings."""

    bootstrap: str
    datadir: Path
    """Where tables keep their RocksDB files; never shared by two running processes."""
    session_timeout_s: float = 10.0
    heartbeat_s: float = 2.0
    max_document_bytes: int | None = None
    stalled_after_s: float = 120.0
    """Seconds without progress, with records waiting and none in hand, after which the worker gives up."""
    tick_s: float = 2.0
    """Seconds between ticks, which a role that reads them sends itself."""
