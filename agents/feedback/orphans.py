"""A vote that waited in vain in, its dead letter out."""

import base64
from datetime import datetime

from schemas.event import Origin, derive_id
from schemas.feedback import FeedbackGiven
from schemas.operations import DeadLettered

STAGE = "join"


def orphaned(given: FeedbackGiven, origin: Origin, received_at: datetime, reason: str) -> DeadLettered:
    """The letter, under the id that the runner's own would have.

    It holds the vote as it was understood, id and time filled in, so that it says the same when it is redriven.
    """
    return DeadLettered(
        event_id=derive_id("dead-letter", STAGE, origin.topic, origin.partition, origin.offset),
        tenant=given.tenant,
        at=received_at,
        topic=origin.topic,
        partition=origin.partition,
        offset=origin.offset,
        key=base64.b64encode(given.answer_id.encode("utf-8", "surrogatepass")),
        value=base64.b64encode(given.model_dump_json().encode()),
        stage=STAGE,
        reason=reason,
        error="OrphanedFeedback",
    )
