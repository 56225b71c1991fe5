"""How the watch role looks at ragstream itself."""

from pydantic import BaseModel, Field


class WatchingSettings(BaseModel):
    """How often samples are taken, and what counts as standing still."""

    tick_s: float = Field(default=2.0, ge=0.5, le=60)
    """Seconds between samples of lag and of what ragstream depends on."""
    stuck_after_s: float = Field(default=120.0, gt=0, le=86_400)
    """A partition whose records wait that long without any progress is stuck. Longer than any one record may take."""
