"""Alerts from their topic to real HTTP receivers, on the driver in memory, with a clock that is stepped."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

from infra.dispatch_settings import DispatchSettings
from infra.log_notifier import LogNotifier
from infra.webhook_notifier import WebhookNotifier
from schemas.conditions import ConditionRaised
from streams.composition import Books
from streams.control_events import ControlEvents
from streams.control_local import LocalControl
from streams.dispatch_topology import DispatchingPorts, dispatch_stages
from streams.local_driver import LocalBroker, LocalDriver
from streams.watch_topology import alert_stage
from tests.agents.dispatching.samples import NOON, fired, resolved, subscribed
from tests.infra.receiver import Receiver
from tests.journeys.lineage_stories import FERRY, HALF_PAST
from tests.journeys.test_in_memory import MemoryWorld
from tests.journeys.world import ask, put

FIVE_MINUTES = 300


class World:
    """Alerting and dispatching in this process; time passes when it is told to."""

    def __init__(self):
        self.now = NOON
        self.books = Books()
        self.broker = LocalBroker(self.clock)
        self.webhook = WebhookNotifier(DispatchSettings(allow_private=True), [b"k" * 32], clock=self.clock)
        self.control = LocalControl(ControlEvents(self.books.appliers(), self.broker.names, self.broker), self.broker)
        self.driver = self.new_driver()

    def clock(self):
        return self.now

    def ports(self):
        notifiers = {"webhook": self.webhook, "log": LogNotifier()}
        return DispatchingPorts(notifiers=notifiers, book=self.books.subscriptions, clock=self.clock)

    def new_driver(self, **kept):
        return LocalDriver(self.broker, (alert_stage(), *dispatch_stages(self.ports())), self.clock, **kept)

    @asynccontextmanager
    async def running(self):
        tasks = [asyncio.ensure_future(each) for each in (self.control.run(), self.driver.run())]
        try:
            yield self
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def publish(self, event):
        await self.broker.publish(event)
        await self.control.settle()
        await self.settle()

    async def subscribe(self, name, receiver, **fields):
        await self.publish(subscribed(name, target=receiver.url, at=self.now, **fields))

    async def settle(self):
        async with asyncio.timeout(20):
            await self.driver.settle()

    async def pass_time(self, seconds):
        for _ in range(seconds):
            self.now += timedelta(seconds=1)
            await self.driver.expire()
            await self.settle()


def told(receiver):
    """Fingerprint and status of what a receiver was told, a duplicate left out by its key."""
    first = {each.key: each.json for each in receiver.requests}
    return [(body["alerts"][0]["fingerprint"], body["status"]) for body in first.values()]


async def test_a_receiver_that_is_down_for_five_minutes_gets_every_alert_once_it_is_back_in_order():
    """Issue 7, must hold 5; the other subscriber waits for nobody."""
    expected = []
    async with World().running() as world, Receiver() as away, Receiver() as well:
        await world.subscribe("away", away)
        await world.subscribe("well", well)
        await away.stop()
        for number in range(FIVE_MINUTES // 10):
            for event in (fired(number, at=world.now), resolved(number, at=world.now)):
                await world.publish(event)
                expected.append((event.fingerprint, "firing" if event.type == "AlertFired" else "resolved"))
            assert told(well) == expected
            await world.pass_time(10)
        assert away.requests == []
        await away.start()
        await world.pass_time(61)
        assert told(away) == told(well) == expected
        assert len(away.requests) == len(well.requests) == len(expected)
        attempts = [each for each in world.broker.events("notifications") if getattr(each, "result", "") == "failed"]
        assert 6 <= len(attempts) <= 20
        assert world.broker.events("dead-letters") == []


async def test_what_was_taken_but_not_confirmed_comes_again_under_its_key():
    async with World().running() as world, Receiver() as receiver:
        await world.subscribe("a", receiver)
        receiver.answers.append(b"503 taken but not confirmed")
        await world.publish(fired(1))
        await world.publish(fired(2))
        await world.pass_time(2)
        keys = [each.key for each in receiver.requests]
        assert len(keys) == 3
        assert keys[0] == keys[1] != keys[2]
        assert told(receiver) == [("f1", "firing"), ("f2", "firing")]


async def test_a_receiver_that_is_gone_is_unsubscribed_and_others_are_told():
    async with World().running() as world, Receiver() as gone, Receiver() as other:
        await world.subscribe("gone", gone)
        await world.subscribe("other", other, match=("name=subscription-ended",))
        gone.answers.append(b"410 Gone")
        await world.publish(fired(1))
        await world.pass_time(2)
        assert not world.books.subscriptions.find("default", "gone").active
        assert "410" in world.books.subscriptions.find("default", "gone").reason
        [notice] = [each for each in world.broker.events("conditions") if isinstance(each, ConditionRaised)]
        assert (notice.name, notice.once) == ("subscription-ended", True)
        [request] = other.requests
        assert request.json["commonLabels"]["alertname"] == "subscription-ended"
        assert request.json["commonLabels"]["subscription"] == "gone"
        await world.publish(fired(2))
        await world.pass_time(120)
        assert len(gone.requests) == 1


async def test_a_subscription_that_is_ended_while_its_receiver_is_away_is_tried_no_more():
    async with World().running() as world, Receiver() as receiver:
        await world.subscribe("a", receiver)
        receiver.answers.append(b"503 Away")
        await world.publish(fired(1))
        world.now += timedelta(milliseconds=100)
        await world.subscribe("a", receiver, active=False)
        await world.pass_time(120)
        assert len(receiver.requests) == 1
        assert not [each for each in world.broker.events("conditions") if isinstance(each, ConditionRaised)]


async def test_a_worker_that_lost_every_position_tells_nothing_twice_but_under_the_same_key():
    async with Receiver() as receiver:
        world = World()
        async with world.running():
            await world.subscribe("a", receiver)
            await world.publish(fired(1))
            await world.publish(fired(2))
            assert len(receiver.requests) == 2
        world.driver = world.new_driver(store=world.driver.store)
        async with world.running():
            await world.settle()
            await world.publish(fired(3))
            assert told(receiver) == [("f1", "firing"), ("f2", "firing"), ("f3", "firing")]


async def test_every_tenant_is_told_of_its_own_alerts_alone():
    async with World().running() as world, Receiver() as ours, Receiver() as theirs:
        await world.subscribe("same-name", ours, tenant="acme")
        await world.subscribe("same-name", theirs, tenant="globex")
        await world.publish(fired(1, tenant="acme"))
        await world.publish(fired(2, tenant="globex"))
        await world.publish(fired(3, tenant="default"))
        assert told(ours) == [("f1", "firing")]
        assert told(theirs) == [("f2", "firing")]
        assert ours.requests[0].headers["webhook-signature"] != theirs.requests[0].headers["webhook-signature"]


class DocumentWorld(MemoryWorld):
    """Documents and questions, too."""

    def __init__(self):
        self.dispatching = World()
        super().__init__()

    def stages(self):
        return (*super().stages(), *dispatch_stages(self.dispatching.ports()))


async def test_a_reader_of_a_document_is_told_of_the_answers_that_its_change_made_outdated():
    async with DocumentWorld().running() as world, Receiver() as reader, Receiver() as stranger:
        book = world.dispatching.books.subscriptions
        fields = {"tenant": world.tenant, "doc_id": "ferry"}
        book.apply(subscribed("reader", target=reader.url, groups=("crew",), **fields))
        book.apply(subscribed("stranger", target=stranger.url, groups=("guests",), **fields))
        await put(world, "ferry", FERRY, readers=["crew"])
        answer = await ask(world, "When does the ferry to Hvar leave Split?", groups=["crew"])
        await put(world, "ferry", HALF_PAST, readers=["crew"])
        await world.driver.expire()
        await world.settle()
        [request] = reader.requests
        assert request.json["commonLabels"]["alertname"] == "answers-outdated"
        assert request.json["commonAnnotations"]["answers"] == answer.answer_id
        assert stranger.requests == []


async def test_a_receiver_that_never_answers_holds_up_nobody_else():
    async with World().running() as world, Receiver() as slow, Receiver() as well:
        slow.delay_s = 0.5
        await world.broker.publish(subscribed("slow", target=slow.url))
        await world.subscribe("well", well)
        await world.broker.publish(fired(1))
        async with asyncio.timeout(0.4):
            while not well.requests:
                await asyncio.sleep(0.01)
        await world.settle()
