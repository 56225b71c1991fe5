"""Pieces of answers in, records on `answer-deltas` out, in the order in which they are released."""

import structlog

from schemas.answers import AnswerDelta
from schemas.failures import RagstreamError
from streams import tracing
from streams.codec import encode
from streams.records import Outbox
from streams.topics import TopicNames

log = structlog.get_logger()


class DeltaReleaser:
    """A `Releaser`. Who reads along may miss a piece; the answer that follows has all of it."""

    def __init__(self, outbox: Outbox, names: TopicNames, source: str) -> None:
        """`source` is told to readers as the events' `ce_source`."""
        self._outbox = outbox
        self._names = names
        self._source = source

    async def release(self, delta: AnswerDelta) -> None:
        """Returns when the piece is delivered, so the next one can't overtake it; one that can't be is left out."""
        try:
            await self._outbox.send([encode(delta, self._names, self._source).with_headers(tracing.inject())])
        except RagstreamError as error:
            log.warning("piece not released", query_id=delta.query_id, sequence=delta.sequence, reason=str(error)[:300])
