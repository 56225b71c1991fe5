"""Planning: documents in, what to embed, move and delete out."""

from agents.planning.manifest import Manifest, PlannedChunk
from agents.planning.sizes import ChunkSizes
from agents.planning.step import make_planning_step

__all__ = ["ChunkSizes", "Manifest", "PlannedChunk", "make_planning_step"]
