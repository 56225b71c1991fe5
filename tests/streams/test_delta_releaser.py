import pytest

from schemas.answers import AnswerDelta
from schemas.failures import PermanentError, TransientError
from streams.delta_releaser import DeltaReleaser
from streams.topics import ANSWER_DELTAS, TopicNames
from tests.streams.outboxes import Outbox
from tests.streams.samples import NOON


def delta(sequence):
    return AnswerDelta(
        event_id=f"a/0/{sequence}", at=NOON, tenant="acme", query_id="q", answer_id="a", sequence=sequence, text="At "
    )


async def test_pieces_lie_on_their_topic_under_the_questions_key():
    outbox = Outbox()
    releaser = DeltaReleaser(outbox, TopicNames("ns"), "worker")
    for sequence in range(3):
        await releaser.release(delta(sequence))
    assert {(each.topic, each.key) for each in outbox.sent} == {("ns.answer-deltas", b"q")}
    read = outbox.events(ANSWER_DELTAS)
    assert [each.sequence for each in read] == [0, 1, 2]
    assert read[0].text == "At "


@pytest.mark.parametrize("error", [TransientError("no broker"), PermanentError("too large")])
async def test_a_piece_that_can_not_be_sent_does_not_stop_the_answer(error):
    await DeltaReleaser(Outbox(error), TopicNames(), "worker").release(delta(0))


async def test_a_bug_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        await DeltaReleaser(Outbox(ZeroDivisionError()), TopicNames(), "worker").release(delta(0))
