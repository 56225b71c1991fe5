from hypothesis import given
from hypothesis import strategies as st

from agents.dispatching.queue import REMEMBERED, Delivering, Queue, delay_s
from agents.dispatching.route import queued
from tests.agents.dispatching.samples import NOON, fired, subscribed


@given(st.integers(1, 10_000), st.text(max_size=20))
def test_a_delay_lies_between_half_of_what_doubling_gives_and_all_of_it(failures, seed):
    whole = min(60.0, 2.0 ** min(failures - 1, 10))
    assert whole / 2 <= delay_s(failures, seed, 60.0) <= whole
    assert delay_s(failures, seed, 60.0) == delay_s(failures, seed, 60.0)


def test_a_queue_is_read_as_it_was_written():
    queue = Queue(subscription=subscribed(), last_at=NOON).with_queued(
        queued(subscribed(), fired()), Delivering(), NOON
    )
    assert Queue.model_validate_json(queue.model_dump_json()) == queue


def test_what_was_told_is_remembered_for_a_while():
    queue = Queue(subscription=subscribed(), last_at=NOON)
    for number in range(REMEMBERED + 1):
        queue = queue.with_queued(queued(subscribed(), fired(number)), Delivering(), NOON).without_first(NOON)
    assert queue.knows(queued(subscribed(), fired(REMEMBERED)).notification_id)
    assert not queue.knows(queued(subscribed(), fired(0)).notification_id)
    assert len(queue.told) == REMEMBERED


def test_a_full_queue_stays_within_what_a_changelog_takes():
    queue = Queue(subscription=subscribed(), last_at=NOON)
    for number in range(60):
        queue = queue.with_queued(queued(subscribed(), fired(number, summary="x" * 100_000)), Delivering(), NOON)
    assert len(queue.model_dump_json()) < 3 * 1_048_576
    assert len(queue.waiting) + queue.dropped == 60
