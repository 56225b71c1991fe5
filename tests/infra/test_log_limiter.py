"""The limiter: the first of a kind at once, its repeats counted, other kinds unharmed, memory bounded."""

import logging

from infra.log_limiter import MOST_KINDS, OURS, LogLimiter


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def record(template: str, *arguments: object, name: str = "aiokafka") -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, __file__, 1, template, arguments, None)


def test_the_first_passes_and_its_repeats_are_held_back_whatever_their_arguments() -> None:
    limiter = LogLimiter(10.0, Clock())
    assert limiter.filter(record("no node %s", 1))
    assert not limiter.filter(record("no node %s", 2))


def test_after_a_while_the_next_says_how_many_were_held_back() -> None:
    clock = Clock()
    limiter = LogLimiter(10.0, clock)
    for _ in range(4):
        limiter.filter(record("no node %s", 1))
    clock.now += 10
    later = record("no node %s", 1)
    assert limiter.filter(later)
    assert later.getMessage() == "no node 1 (and 3 more like it)"


def test_another_message_or_another_logger_is_another_kind() -> None:
    limiter = LogLimiter(10.0, Clock())
    assert limiter.filter(record("no node"))
    assert limiter.filter(record("no topic"))
    assert limiter.filter(record("no node", name="faust"))


def test_memory_stays_bounded_when_every_message_is_new() -> None:
    limiter = LogLimiter(10.0, Clock())
    for number in range(3 * MOST_KINDS):
        assert limiter.filter(record(f"message {number}"))
    assert len(limiter._kinds) <= MOST_KINDS


def ours(event: str, level: int = logging.WARNING, **fields: object) -> logging.LogRecord:
    return logging.LogRecord("streams.retry", level, __file__, 1, {"event": event, **fields}, (), None)  # type: ignore[arg-type]


def test_of_our_own_warnings_more_pass_and_the_next_one_says_in_a_field_how_many_did_not() -> None:
    clock = Clock()
    limiter = LogLimiter(10.0, clock)
    passed = sum(limiter.filter(ours("waiting", attempt=number)) for number in range(3 * OURS))
    assert passed == OURS
    clock.now += 10
    later = ours("waiting", attempt=99)
    assert limiter.filter(later)
    assert later.msg == {"event": "waiting", "attempt": 99, "held_back": 2 * OURS}
    assert limiter.filter(again := ours("waiting", attempt=100))
    assert "held_back" not in again.msg


def test_our_warnings_about_another_stage_or_error_are_another_kind() -> None:
    limiter = LogLimiter(10.0, Clock())
    for _ in range(OURS + 1):
        limiter.filter(ours("waiting", stage="index", error="TimeoutError"))
    assert not limiter.filter(ours("waiting", stage="index", error="TimeoutError"))
    assert limiter.filter(ours("waiting", stage="answer", error="TimeoutError"))
    assert limiter.filter(ours("waiting", stage="index", error="WeaviateUnwellError"))


def test_what_we_say_below_warnings_always_passes() -> None:
    limiter = LogLimiter(10.0, Clock())
    assert all(limiter.filter(ours("AnswerServed", logging.INFO)) for _ in range(1_000))
