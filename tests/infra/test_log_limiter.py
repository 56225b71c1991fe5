"""The limiter: the first of a kind at once, its repeats counted, other kinds unharmed, memory bounded."""

import logging

from infra.log_limiter import MOST_KINDS, LogLimiter


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
