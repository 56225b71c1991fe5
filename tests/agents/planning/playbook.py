"""Document events as they come off a topic, and an index that is no more than a dictionary."""

from datetime import UTC, datetime

from agents.planning import ChunkSizes, make_planning_step
from schemas.chunks import ChunksPlanned
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.event import Origin
from tests.agents.planning.counting import SIZES, WordCounter

WRITTEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def origin(offset):
    return Origin(topic="documents", partition=0, offset=offset, at=WRITTEN)


def upserted(text="Rain falls.", offset=0, **fields):
    body = {"text": text} if "content" not in fields else {}
    return DocumentUpserted(doc_id="rain", at=WRITTEN, read_from=origin(offset), **body, **fields)


def deleted(offset=0, **fields):
    return DocumentDeleted(doc_id="rain", at=WRITTEN, read_from=origin(offset), **fields)


class Planning:
    """The step with the state that it keeps of one document, and every plan applied to a dictionary of chunks."""

    def __init__(self, sizes: ChunkSizes = SIZES, embedder_id: str = "fake@1", guard=None) -> None:
        self.step = make_planning_step(WordCounter(), sizes, embedder_id, guard)
        self.state = None
        self.index = {}

    def restarted(self, sizes: ChunkSizes = SIZES, embedder_id: str = "fake@1") -> "Planning":
        """A new process with the state as it comes back from a changelog."""
        again = Planning(sizes, embedder_id)
        if self.state is not None:
            again.state = type(self.state).model_validate_json(self.state.model_dump_json())
        again.index = dict(self.index)
        return again

    def give(self, event):
        self.state, (result,) = self.step(self.state, event)
        if isinstance(result, ChunksPlanned):
            apply(self.index, result)
        return result


def apply(index, plan):
    """What indexing does: chunk id to text, place and attributes."""
    for chunk in plan.upserts:
        index[chunk.chunk_id] = (chunk.ordinal, chunk.text, chunk.span, chunk.heading, plan.attributes)
    for move in plan.moves:
        _, text, *_ = index[move.chunk_id]
        index[move.chunk_id] = (move.ordinal, text, move.span, move.heading, plan.attributes)
    for chunk_id in plan.deletes:
        index.pop(chunk_id, None)
