from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dispatching.deliver import delivery_key, make_delivery_step, making_delivery_ticks
from agents.dispatching.queue import Delivering
from agents.dispatching.route import queued
from schemas.conditions import Condition, ConditionCleared, ConditionRaised
from schemas.notifications import DeliveryTicked, NotificationDue, SubscriptionChanged
from tests.agents.dispatching.samples import NOON, attempted, came, fired, resolved, subscribed

SMALL = Delivering(max_waiting=4, refused_notice=3, unreachable_notice=5)


class Subscriber:
    """One queue, with the clock that it is told of."""

    def __init__(self, limits=SMALL):
        self.step, self.ticks = make_delivery_step(limits), making_delivery_ticks(limits)
        self.queue, self.now, self.out = None, NOON, []

    def take(self, event):
        self.queue, outputs = self.step(self.queue, came(event, self.now))
        self.out.extend(outputs)
        return list(outputs)

    def alert(self, number, subscription=None):
        return self.take(queued(subscription or subscribed(), fired(number)))

    def wait(self, seconds):
        """Time passes; what the timer says is taken in."""
        self.now += timedelta(seconds=seconds)
        if self.queue is None:
            return []
        ticks = self.ticks("default/on-call", self.queue, self.now)
        return [each for tick in ticks for each in self.take(tick)]

    def answer(self, result="delivered", **fields):
        """The latest attempt's outcome."""
        due = next(each for each in reversed(self.out) if isinstance(each, NotificationDue))
        return self.take(attempted(due, result, self.now, **fields))


def numbers(outputs):
    return [int(each.alert.fingerprint[1:]) for each in outputs if isinstance(each, NotificationDue)]


def test_one_attempt_is_made_at_a_time_in_order():
    subscriber = Subscriber()
    assert numbers(subscriber.alert(1)) == [1]
    assert numbers(subscriber.alert(2) + subscriber.alert(3)) == []
    assert numbers(subscriber.answer()) == [2]
    assert numbers(subscriber.answer()) == [3]
    assert subscriber.answer() == []


def test_an_alert_and_its_end_are_told_in_this_order():
    subscriber = Subscriber()
    subscriber.alert(1)
    subscriber.take(queued(subscribed(), resolved(1)))
    [second] = subscriber.answer()
    assert second.alert.type == "AlertResolved"


def test_an_attempt_that_failed_is_made_again_later_and_later_under_the_same_id_but_within_a_minute():
    subscriber = Subscriber()
    [first] = subscriber.alert(1)
    waits = []
    for attempt in range(2, 14):
        assert numbers(subscriber.answer("failed")) == []
        waited = 0
        while not (again := subscriber.wait(0.5)):
            waited += 0.5
        waits.append(waited)
        assert (again[0].notification_id, again[0].attempt) == (first.notification_id, attempt)
    assert waits[0] <= 1 < waits[3] < waits[5]
    assert max(waits) <= 60


def test_subscribers_do_not_all_come_back_at_the_same_time():
    waits = set()
    for name in "abcdefgh":
        subscriber = Subscriber()
        subscriber.alert(1, subscribed(name))
        subscriber.answer("failed")
        waits.add(subscriber.queue.retry_at)
    assert len(waits) == 8


def test_a_receiver_that_asks_for_time_gets_it_but_not_for_ever():
    subscriber = Subscriber()
    subscriber.alert(1)
    subscriber.answer("failed", retry_at=NOON + timedelta(seconds=300))
    assert subscriber.wait(299) == []
    assert numbers(subscriber.wait(1)) == [1]
    subscriber.answer("failed", retry_at=NOON + timedelta(days=400))
    assert numbers(subscriber.wait(3_600)) == [1]


def test_an_attempt_that_nothing_is_heard_of_is_made_again():
    subscriber = Subscriber()
    [first] = subscriber.alert(1)
    assert subscriber.wait(119) == []
    [again] = subscriber.wait(1)
    assert (again.notification_id, again.attempt) == (first.notification_id, first.attempt)
    assert subscriber.wait(60) == []


@pytest.mark.parametrize("result", ["delivered", "refused", "failed", "gone"])
def test_what_is_heard_twice_of_one_attempt_counts_once(result):
    subscriber = Subscriber()
    [first] = subscriber.alert(1)
    subscriber.alert(2)
    subscriber.answer(result)
    before = subscriber.queue
    assert subscriber.take(attempted(first, result, subscriber.now)) == []
    assert subscriber.queue == before


def test_an_alert_that_is_queued_twice_is_told_once():
    """FAILURES 71: two evaluators say the same under one id."""
    subscriber = Subscriber()
    subscriber.alert(1)
    assert subscriber.alert(1) == []
    subscriber.answer()
    assert subscriber.alert(1) == []
    assert subscriber.queue.waiting == ()


def test_what_is_refused_for_good_holds_up_nothing():
    subscriber = Subscriber()
    subscriber.alert(1)
    subscriber.alert(2)
    assert numbers(subscriber.answer("refused")) == [2]


def test_of_many_refusals_in_a_row_others_are_told_once():
    subscriber = Subscriber()
    for number in range(1, 9):
        subscriber.alert(number)
        subscriber.answer("refused", reason="it answered 400")
    notices = [each for each in subscriber.out if isinstance(each, ConditionRaised)]
    assert [each.name for each in notices] == ["subscription-refused"]
    assert "refused 3 notifications in a row: it answered 400" in notices[0].summary


def test_of_a_receiver_that_stays_away_others_are_told_and_when_that_is_over():
    subscriber = Subscriber()
    subscriber.alert(1)
    for _ in range(7):
        subscriber.answer("failed", reason="the receiver answered 503")
        subscriber.wait(60)
    subscriber.answer()
    subscriber.alert(2)
    subscriber.answer()
    began, ended = (each for each in subscriber.out if isinstance(each, Condition))
    assert (began.name, began.once) == ("subscription-unreachable", False)
    assert "5 attempts in a row failed; the last: the receiver answered 503" in began.summary
    assert isinstance(ended, ConditionCleared)
    assert (ended.fingerprint, ended.since) == (began.fingerprint, subscriber.now)


@pytest.mark.parametrize("result", ["ended", "gone", "refused"])
def test_whatever_ends_it_a_receiver_is_not_said_to_be_away_for_ever(result):
    subscriber = Subscriber()
    subscriber.alert(1)
    for _ in range(5):
        subscriber.answer("failed")
        subscriber.wait(60)
    subscriber.answer(result)
    assert [type(each) for each in subscriber.out if isinstance(each, Condition)][:2] == [
        ConditionRaised,
        ConditionCleared,
    ]


def test_a_receiver_that_is_gone_ends_the_subscription_with_a_notice():
    subscriber = Subscriber()
    subscriber.alert(1, subscribed(tenant="acme", match=("name=*",)))
    subscriber.alert(2, subscribed(tenant="acme", match=("name=*",)))
    ended, told = subscriber.answer("gone", reason="it answered 410")
    assert isinstance(ended, SubscriptionChanged)
    assert (ended.tenant, ended.subscription, ended.active) == ("acme", "on-call", False)
    assert ended.reason == "it answered 410"
    assert ended.match == ("name=*",)
    assert (told.tenant, told.name, told.once) == ("acme", "subscription-ended", True)
    assert "on-call has ended: it answered 410" in told.summary
    assert subscriber.queue is None


def test_a_subscription_that_its_owner_ended_goes_without_a_word():
    subscriber = Subscriber()
    subscriber.alert(1)
    assert subscriber.answer("ended") == []
    assert subscriber.queue is None
    assert subscriber.answer("ended") == []


def test_when_too_many_wait_the_oldest_go_and_that_is_said():
    subscriber = Subscriber()
    for number in range(1, 8):
        subscriber.alert(number)  # 1 is on its way, so 2, 3 and 4 go
    notices = [each for each in subscriber.out if isinstance(each, ConditionRaised)]
    assert [each.name for each in notices] == ["notifications-dropped"]
    assert numbers(subscriber.answer()) == [5]
    assert subscriber.out[-1].dropped == 3
    assert numbers(subscriber.answer()) == [6]
    assert subscriber.out[-1].dropped == 0


def test_an_attempt_that_waits_for_its_time_may_go_too():
    subscriber = Subscriber()
    subscriber.alert(1)
    subscriber.answer("failed")
    for number in range(2, 7):
        subscriber.alert(number)
    [again] = subscriber.wait(2)
    assert (numbers([again]), again.attempt, again.dropped) == ([3], 1, 2)


def test_bytes_are_bounded_too_but_a_single_alert_is_never_dropped():
    subscriber = Subscriber(Delivering(max_bytes=10))
    subscriber.alert(1)
    subscriber.answer("failed")
    subscriber.alert(2)
    assert numbers(subscriber.wait(2)) == [2]


def test_a_newer_subscription_is_used_and_an_older_one_is_not():
    subscriber = Subscriber()
    moved = subscribed(target="https://example.org/new", at=NOON + timedelta(minutes=1))
    subscriber.alert(1, moved)
    subscriber.alert(2, subscribed())
    subscriber.answer()
    assert subscriber.out[-1].subscription == moved


def test_an_idle_queue_is_forgotten_after_a_day():
    subscriber = Subscriber()
    subscriber.alert(1)
    subscriber.answer()
    assert subscriber.wait(86_399) == []
    assert subscriber.queue is not None
    assert subscriber.wait(1) == []
    assert subscriber.queue is None


def test_ticks_and_outcomes_for_nobody_change_nothing():
    subscriber = Subscriber()
    tick = DeliveryTicked(slot="default/on-call", at=NOON)
    assert subscriber.take(tick) == []
    assert subscriber.queue is None
    [first] = subscriber.alert(1)
    assert subscriber.take(tick) == []
    assert {delivery_key(each) for each in (tick, queued(subscribed(), fired()), attempted(first))} == {
        "default/on-call"
    }


@given(st.lists(st.sampled_from(["alert", "alert", "failed", "delivered", "again", "lost"]), max_size=60))
def test_whatever_fails_or_is_doubled_every_alert_is_delivered_in_order(story):
    """At least once: between the first deliveries of each, only what was delivered before comes again."""
    subscriber, sent = Subscriber(Delivering()), 0
    attempts, delivered = [], []
    for happening in [*story, *["delivered"] * 300]:
        match happening:
            case "alert":
                sent += 1
                attempts += subscriber.alert(sent)
            case "again" if attempts:
                attempts.append(attempts[-1])
            case "lost":
                attempts = []
            case "failed" | "delivered" if attempts:
                due = attempts.pop(0)
                if happening == "delivered":
                    delivered += numbers([due])
                attempts += subscriber.take(attempted(due, happening, subscriber.now))
        attempts += subscriber.wait(130)
    assert list(dict.fromkeys(delivered)) == list(range(1, sent + 1))
    assert subscriber.queue is None or subscriber.queue.waiting == ()
