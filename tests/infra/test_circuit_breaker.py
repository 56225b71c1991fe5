from hypothesis import given
from hypothesis import strategies as st

from infra.circuit_breaker import CircuitBreaker

OPEN_S = 30.0


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def breaker(failures=3):
    clock = Clock()
    return CircuitBreaker(failures, OPEN_S, clock), clock


def calls(subject, *outcomes):
    for outcome in outcomes:
        subject.admit().end(outcome)


def opened(failures=3):
    subject, clock = breaker(failures)
    calls(subject, *[False] * failures)
    return subject, clock


def test_it_opens_at_the_failure_that_is_one_too_many_and_lets_nobody_through():
    subject, _ = breaker()
    calls(subject, False, False)
    assert subject.state == "closed"
    assert subject.admit().end(False)
    assert subject.state == "open"
    assert subject.admit() is None


def test_a_server_that_fails_every_other_call_is_left_alone_too():
    subject, _ = breaker()
    calls(subject, True, False, True, False, True, False)
    assert subject.state == "open"


def test_failures_of_long_ago_are_forgotten():
    subject, _ = breaker()
    calls(subject, False, False, *[True] * 6, False, False)
    assert subject.state == "closed"


def test_a_call_that_says_nothing_counts_for_nothing():
    subject, _ = breaker()
    calls(subject, False, False, *[None] * 9, False)
    assert subject.state == "open"


def test_after_a_while_one_call_is_let_through_at_a_time():
    subject, clock = opened()
    clock.now += OPEN_S - 0.1
    assert subject.admit() is None
    clock.now += 0.1
    assert subject.state == "half-open"
    assert subject.admit() is not None
    assert subject.admit() is None


def test_a_probe_that_succeeds_closes_it():
    subject, clock = opened()
    clock.now += OPEN_S
    assert subject.admit().end(True)
    assert subject.state == "closed"
    calls(subject, False, False)
    assert subject.state == "closed", "earlier failures are forgotten"


def test_a_probe_that_fails_opens_it_for_as_long_again():
    subject, clock = opened()
    clock.now += OPEN_S
    calls(subject, False)
    clock.now += OPEN_S - 0.1
    assert subject.state == "open"
    clock.now += 0.1
    assert subject.state == "half-open"


def test_a_probe_that_was_given_up_makes_room_for_another():
    subject, clock = opened()
    clock.now += OPEN_S
    calls(subject, None)
    assert subject.state == "half-open"
    assert subject.admit() is not None


def test_calls_that_began_before_it_opened_change_nothing_any_more():
    subject, clock = breaker()
    late = [subject.admit() for _ in range(10)]
    calls(subject, False, False, False)
    clock.now += OPEN_S
    probe = subject.admit()
    for trial in late[:5]:
        assert not trial.end(True)
    assert subject.state == "half-open"
    probe.end(True)
    for trial in late[5:]:
        trial.end(False)
    assert subject.state == "closed"


@given(
    st.integers(1, 5),
    st.lists(st.one_of(st.sampled_from([True, False, None]), st.floats(0, 2 * OPEN_S)), max_size=60),
)
def test_whatever_happens_it_never_stays_shut(failures, happenings):
    subject, clock = breaker(failures)
    for each in happenings:
        if isinstance(each, float):
            clock.now += each
        elif trial := subject.admit():
            trial.end(each)
        else:
            assert subject.state == "open"
    clock.now += OPEN_S
    assert subject.admit() is not None
