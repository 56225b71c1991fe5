import json
from datetime import timedelta

from agents.dispatching.send import attempt_failed, make_sending_handler
from schemas.notifications import Told
from streams.subscription_book import InMemorySubscriptionBook
from tests.agents.dispatching.samples import NOON, due, fired, subscribed

LATER = NOON + timedelta(seconds=30)


class Notifier:
    """Notes what it is told, and does what it is told to."""

    def __init__(self, told, meanwhile=lambda: None):
        self.told, self.meanwhile, self.messages = told, meanwhile, []

    async def notify(self, message):
        self.messages.append(message)
        self.meanwhile()
        return self.told


def book_of(*events):
    book = InMemorySubscriptionBook()
    for each in events:
        book.apply(each)
    return book


async def sent(event, told=None, book=None, meanwhile=lambda: None):
    notifier = Notifier(told or Told(result="delivered"), meanwhile)
    handler = make_sending_handler(
        {"webhook": notifier, "email": notifier, "log": notifier}, book or book_of(), lambda: LATER
    )
    [outcome] = await handler(event)
    return outcome, notifier.messages


async def test_an_attempt_says_what_came_of_it():
    outcome, [message] = await sent(due(attempt=3), Told(result="failed", reason="it answered 503", retry_after_s=60))
    assert (outcome.result, outcome.reason, outcome.attempt) == ("failed", "it answered 503", 3)
    assert outcome.retry_at == LATER + timedelta(minutes=1)
    assert outcome.slot == "default/on-call"
    assert message.notification_id == outcome.notification_id == "n1"


async def test_every_channel_finds_its_own_words():
    _, [message] = await sent(due(fired(summary="late"), dropped=2))
    assert message.subject == "[FIRING] warning: freshness: late"
    assert "2 earlier alerts were dropped" in message.text
    assert json.loads(message.payload)["truncatedAlerts"] == 2
    assert message.thread == "f1"


async def test_a_subscription_that_ended_gets_nothing_more():
    outcome, messages = await sent(due(), book=book_of(subscribed(active=False, at=LATER)))
    assert (outcome.result, messages) == ("ended", [])


async def test_a_subscription_that_changed_is_told_where_it_is_now():
    moved = subscribed(target="https://example.org/new", at=LATER)
    _, [message] = await sent(due(), book=book_of(moved))
    assert message.subscription == moved


async def test_a_book_that_lags_behind_ends_nothing():
    again = subscribed(at=LATER)
    outcome, [message] = await sent(due(subscription=again), book=book_of(subscribed(active=False)))
    assert (outcome.result, message.subscription) == ("delivered", again)


async def test_a_receiver_that_is_gone_ends_no_subscription_that_has_moved_meanwhile():
    book = book_of(subscribed())
    moved = subscribed(target="https://example.org/new", at=LATER)
    outcome, _ = await sent(due(), Told(result="gone"), book, meanwhile=lambda: book.apply(moved))
    assert outcome.result == "failed"
    outcome, _ = await sent(due(), Told(result="gone"), book_of(subscribed()))
    assert outcome.result == "gone"


async def test_what_could_not_be_told_is_not_tried():
    outcome, messages = await sent(due(subscription=subscribed(channel="email", target="a@example.org, b@example.org")))
    assert (outcome.result, messages) == ("refused", [])


def test_an_attempt_that_broke_counts_as_failed():
    [outcome] = attempt_failed(due(attempt=2), "unexpected KeyError in stage send")
    assert (outcome.result, outcome.attempt) == ("failed", 2)
