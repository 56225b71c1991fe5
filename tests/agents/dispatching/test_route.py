import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dispatching.notices import ENDED, notice
from agents.dispatching.route import make_routing_handler, queued, wants
from schemas.notifications import SubscriptionChanged
from schemas.operations import AlertFired
from streams.subscription_book import InMemorySubscriptionBook
from tests.agents.dispatching.samples import NOON, fired, resolved, subscribed
from tests.streams.any_event import any_event


class Leaky:
    """A book that gives everybody's subscriptions to everyone."""

    def __init__(self, *known):
        self.known = known

    def active(self, tenant):
        return self.known

    def find(self, tenant, name):
        return None


@given(st.lists(any_event(SubscriptionChanged), max_size=5), any_event(AlertFired))
async def test_nobody_receives_another_tenants_alert_whatever_a_book_says(subscriptions, alert):
    for book in (Leaky(*subscriptions), book_of(*subscriptions)):
        for each in await make_routing_handler(book)(alert):
            assert each.tenant == each.subscription.tenant == each.alert.tenant == alert.tenant


def book_of(*subscriptions):
    book = InMemorySubscriptionBook()
    for each in subscriptions:
        book._by_tenant.setdefault(each.tenant, {})[each.subscription] = each
    return book


async def test_each_subscriber_that_matches_is_told():
    book = book_of(
        subscribed("all"),
        subscribed("grave", match=("severity>=critical",)),
        subscribed("plan", match=("stage=plan",)),
        subscribed("past", active=False),
        subscribed("theirs", tenant="other"),
    )
    alert = fired(severity="critical", labels={"stage": "index"})
    told = await make_routing_handler(book)(alert)
    assert [each.subscription.subscription for each in told] == ["all", "grave"]
    assert {each.slot for each in told} == {"default/all", "default/grave"}


@pytest.mark.parametrize(
    ("groups", "readers", "told"),
    [((), (), True), (("staff",), (), True), (("staff",), ("staff", "board"), True), (("staff",), ("board",), False),
     ((), ("board",), False)],
)  # fmt: skip
def test_of_an_alert_with_readers_only_they_are_told(groups, readers, told):
    assert wants(subscribed(groups=groups), fired(readers=readers)) is told


def test_who_subscribed_to_a_document_is_told_of_its_outdated_answers_alone():
    subscription = subscribed(doc_id="rain", groups=("staff",))
    outdated = fired(alert="answers-outdated", labels={"doc_id": "rain"}, readers=("staff",))
    assert wants(subscription, outdated)
    assert not wants(subscription, outdated.model_copy(update={"labels": {"doc_id": "snow"}}))
    assert not wants(subscription, fired(labels={"doc_id": "rain"}))
    assert not wants(subscription.model_copy(update={"groups": ()}), outdated)


def test_a_notification_has_the_same_id_however_often_its_alert_is_read():
    first, again = queued(subscribed(), fired()), queued(subscribed(match=("name=*",)), fired())
    assert first.notification_id == again.notification_id
    others = [queued(subscribed("b"), fired()), queued(subscribed(), fired(2)), queued(subscribed(), resolved())]
    assert len({first.notification_id, *(each.notification_id for each in others)}) == 4
    nameless = fired(event_id="")
    assert queued(subscribed(), nameless).notification_id != first.notification_id


def test_a_notice_about_a_subscription_is_not_for_that_subscription():
    said = notice(ENDED, subscribed("a"), "gone", "n1", NOON)
    alert = fired(alert=said.name, labels=said.labels)
    assert not wants(subscribed("a"), alert)
    assert wants(subscribed("b"), alert)
