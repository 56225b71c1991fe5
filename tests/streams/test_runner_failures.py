"""What the runner does when things go wrong: wait, bury, split, blow the fuse; never skip, never lose."""

import logging
from dataclasses import replace

import pytest
import structlog

from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.documents import DocumentUpserted
from schemas.failures import ImplausibleError, PermanentError
from streams.fuse import Fuse, FuseBlownError
from streams.retry import Backoff
from tests.streams.playbook import DOWN, Count, World, batch_stage, docs, done, failing, handler_stage, note, step_stage
from tests.streams.samples import NOON, document, record


@pytest.fixture
def world():
    return World()


async def test_a_transient_error_is_waited_out_and_nothing_is_skipped(world):
    """FAILURES 4, first variant."""
    await world.runner(handler_stage(failing([DOWN, TimeoutError(), ConnectionResetError()]))).process(docs("one"))
    assert (world.notes, world.letters, len(world.waits)) == (["done a"], [], 3)
    assert world.conditions == []


async def test_a_long_wait_is_said_and_so_is_its_end(world):
    await world.runner(handler_stage(failing([DOWN] * 12))).process(docs("one"))
    assert world.conditions == [("ConditionRaised", "partition-waits"), ("ConditionCleared", "partition-waits")]
    raised, cleared = world.events((ConditionRaised, ConditionCleared))
    assert raised.fingerprint == cleared.fingerprint
    assert raised.event_id != cleared.event_id
    assert "Weaviate" not in raised.summary


async def test_a_wait_is_said_again_while_it_goes_on_with_its_beginning(world):
    backoff = Backoff(sleep=world.sleep, alert_after=2, say_again_after_s=0.0)
    await world.runner(handler_stage(failing([DOWN] * 6)), backoff=backoff).process(docs("one"))
    assert [kind for kind, _ in world.conditions] == ["ConditionRaised"] * 5 + ["ConditionCleared"]
    assert all(each.since <= NOON for each in world.events(ConditionRaised))


async def test_a_wait_that_ends_in_a_dead_letter_is_said_to_be_over(world):
    await world.runner(handler_stage(failing([*[DOWN] * 6, PermanentError("bad")]))).process(docs("one"))
    assert [kind for kind, _ in world.conditions] == ["ConditionRaised", "ConditionCleared"]
    assert [letter.attempts for letter in world.letters] == [7]


async def test_a_condition_that_cannot_be_said_does_not_stop_the_wait(world):
    world.trouble = [OSError("Kafka is down, too")]
    await world.runner(handler_stage(failing([DOWN] * 6))).process(docs("one"))
    assert world.notes == ["done a"]


@pytest.mark.parametrize("error", [PermanentError("no such chunk"), ValueError("secret content")])
async def test_a_permanent_error_is_a_dead_letter_that_holds_the_record(world, error):
    """FAILURES 4, second variant; 79: an unexpected exception's text may quote the document."""
    poison = record(document("a", tenant="acme"), offset=5, key=b"\x83", headers=(("x", None), ("y", b"\xff")))
    await world.runner(handler_stage(failing([error]))).process([poison])
    [letter] = world.letters
    assert (letter.topic, letter.partition, letter.offset, letter.tenant) == ("documents", 0, 5, "acme")
    assert (letter.key, letter.value) == (poison.key, poison.value)
    assert [(header.key, header.value) for header in letter.headers] == list(poison.headers)
    assert "secret" not in letter.reason
    assert letter.attempts == 1


async def test_malformed_records_leave_their_neighbours_unharmed(world):
    """FAILURES 5: bad values between good events."""
    bad = [b"\xff\xfe\x00", b"{", b"[]", b"42", b'{"doc_id": 7}', b'{"doc_id": "d1", "text": null}', b"[" * 30]
    records = [
        record(document("a", "good") if offset % 2 == 0 else bad[offset // 2], offset=offset) for offset in range(15)
    ]
    for stage in (step_stage(), batch_stage(done), handler_stage(failing([]))):
        world.sent.clear()
        await world.runner(stage).process(records)
        assert len(world.notes) == 8
        assert [letter.value for letter in world.letters] == bad
        assert {letter.error for letter in world.letters} == {"Malformed"}
        world.data.clear()


async def test_a_failing_batch_is_tried_event_by_event_and_the_poison_alone_is_dead_lettered(world):
    await world.runner(batch_stage(done)).process(docs("one", "boom", "three"))
    assert world.notes == ["done one", "done three"]
    assert [(letter.offset, letter.reason) for letter in world.letters] == [(1, "no such chunk")]


async def test_a_batch_waits_as_a_whole_for_a_transient_error(world):
    seen = []

    async def once_down(events):
        seen.append(len(events))
        if len(seen) == 1:
            raise DOWN
        return [[] for _ in events]

    await world.runner(batch_stage(once_down)).process(docs("one", "two"))
    assert (seen, world.letters) == ([2, 2], [])


@pytest.mark.parametrize("results", [None, [], [[], [], []]])
async def test_a_batch_that_answers_for_another_number_of_events_has_failed(world, results):
    async def wrong(events):
        return results

    await world.runner(batch_stage(wrong)).process(docs("one", "two"))
    assert [letter.offset for letter in world.letters] == [0, 1]


async def test_an_output_that_cannot_be_encoded_dead_letters_its_event(world):
    """FAILURES 12."""

    async def huge(event):
        return [note(event, "ok").model_copy(update={"user_id": "x" * 2_000_000})]

    async def foreign(event):
        return [DocumentUpserted.model_construct(doc_id="\ud800", text="x", at=NOON)]

    await world.runner(handler_stage(huge)).process(docs("one"))
    await world.runner(handler_stage(foreign)).process(docs("one"))
    assert [letter.error for letter in world.letters] == ["PermanentError", "PydanticSerializationError"]


def apology(event, reason):
    return [note(event, f"sorry: {reason}")]


async def test_a_failed_handlers_fallback_tells_those_who_wait(world):
    await world.runner(handler_stage(failing([PermanentError("bad")]), apology)).process(docs("one"))
    assert world.notes == ["sorry: bad"]
    assert len(world.letters) == 1


async def test_a_fallback_is_not_asked_about_what_was_no_event_or_what_worked(world):
    await world.runner(handler_stage(failing([]), apology)).process([record(b"{"), *docs("one")])
    assert world.notes == ["done a"]


async def test_a_fallback_that_fails_leaves_the_dead_letter(world):
    def broken(event, reason):
        raise KeyError(reason)

    await world.runner(handler_stage(failing([PermanentError("bad")]), broken)).process(docs("one"))
    assert [letter.reason for letter in world.letters] == ["bad"]


async def test_a_send_that_fails_for_now_is_repeated_whole(world):
    world.trouble = [DOWN, DOWN]
    await world.runner(step_stage()).process(docs("one"))
    assert world.journal == ["send failed", "send failed", "sent", "wrote"]


def too_large(limit):
    return lambda out: PermanentError("larger than Kafka takes") if len(out.value) > limit else None


@pytest.mark.parametrize("partitions", [1, 4])
async def test_an_output_that_kafka_refuses_is_dead_lettered_and_takes_none_with_it(world, partitions):
    """FAILURES 12: failure never acknowledges the input silently, and never stops the partition."""
    world.refuses = too_large(4_000)
    records = docs("one", "large", "three")
    if partitions > 1:  # then these are strays, and it is the way home that is refused
        records = [replace(each, partition=3, headers=(("x", b"y"),)) for each in records]
        world.refuses = lambda out: (
            PermanentError("too large") if out.topic == "documents" and b"large" in out.value else None
        )
    await world.runner(step_stage(), partitions=partitions).process(records)
    assert [(letter.offset, letter.error) for letter in world.letters] == [(1, "PermanentError")]
    if partitions == 1:
        assert world.notes == ["a 1", "a 2"]
        assert world.stored(b"default/a").state == Count(n=2)


async def test_a_refused_answer_still_has_its_fallback(world):
    async def large(event):
        return [note(event, "x" * 5_000)]

    world.refuses = too_large(4_000)
    await world.runner(handler_stage(large, apology)).process(docs("one"))
    assert world.notes == ["sorry: larger than Kafka takes"]


async def test_when_even_the_dead_letter_is_refused_nothing_is_acknowledged(world):
    world.refuses = too_large(0)
    with pytest.raises(PermanentError, match="larger than Kafka takes"):
        await world.runner(step_stage()).process(docs("one"))
    assert world.data == {}


async def test_an_unexpected_error_of_the_outbox_is_not_acknowledged(world):
    world.trouble = [RuntimeError("bug")]
    with pytest.raises(RuntimeError, match="bug"):
        await world.runner(step_stage()).process(docs("one"))
    assert world.data == {}


@pytest.mark.parametrize("size", [8 * 1_048_576, 16 * 1_048_576 - 100])
async def test_a_value_larger_than_a_dead_letter_can_hold_is_buried_with_what_fits(world, size):
    giant = record(b"x" * size, offset=9)
    await world.runner(step_stage()).process([giant])
    [letter] = world.letters
    assert giant.value.startswith(letter.value)
    assert letter.missing_bytes == size - len(letter.value)
    assert (letter.missing_bytes == 0) == (size == 8 * 1_048_576)


async def test_the_fuse_blows_before_a_topic_is_emptied_into_the_dead_letters(world):
    """DESIGN section 4, point 5."""

    async def broken(event):
        raise ValueError

    runner = world.runner(handler_stage(broken), fuse=Fuse(window=10, ratio=0.9))
    for each in docs(*["x"] * 9):
        await runner.process([each])
    with pytest.raises(FuseBlownError, match="10 of the last 10"):
        await runner.process(docs(*["x"] * 10)[9:])
    assert len(world.letters) == 9
    assert world.conditions == [("ConditionRaised", "fuse-blown")]


async def test_a_process_that_was_started_anew_says_with_its_first_success_that_its_fuse_is_whole(world):
    runner = world.runner(handler_stage(failing([ValueError("bug")])), restarted=True)
    for each in docs("bad", "fine", "fine"):
        await runner.process([each])
    assert world.conditions == [("ConditionCleared", "fuse-blown")]


async def test_when_the_fuse_blows_in_a_batch_nothing_of_it_is_delivered_or_written(world):
    def broken(state, event):
        raise ValueError

    with pytest.raises(FuseBlownError):
        await world.runner(step_stage(broken), fuse=Fuse(window=5)).process(docs(*["x"] * 5))
    assert (world.letters, world.data) == ([], {})


async def test_malformed_values_are_the_producers_doing_and_have_a_fuse_of_their_own(world):
    bad = [record(b"{", offset=offset) for offset in range(50)]
    runner = world.runner(step_stage(), fuse=Fuse(window=5), malformed_fuse=Fuse(window=60, ratio=0.999))
    await runner.process(bad)
    assert len(world.letters) == 50
    with pytest.raises(FuseBlownError):
        await runner.process(bad)


async def test_the_log_says_where_it_failed_and_repeats_nothing_that_was_processed(world):
    """FAILURES 79: a validation error quotes its input, and that may be a document."""

    async def broken(event):
        Count.model_validate({"n": event.text})

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    with structlog.testing.capture_logs() as logged:
        await world.runner(handler_stage(broken)).process(docs("jane@example.org"))
    [failed] = [each for each in logged if each["event"] == "failed"]
    assert failed["error"] == "ValidationError"
    assert any("test_runner_failures.py" in frame and "broken" in frame for frame in failed["at"])
    assert "jane" not in repr(logged)


async def test_what_cannot_be_is_its_producers_doing_and_blows_no_fuse(world):
    async def implausible(event):
        raise ImplausibleError("feedback of 1970")

    runner = world.runner(handler_stage(implausible), fuse=Fuse(window=5), malformed_fuse=Fuse(window=60, ratio=0.999))
    for each in docs(*["x"] * 20):
        await runner.process([each])
    assert [letter.reason for letter in world.letters] == ["feedback of 1970"] * 20
