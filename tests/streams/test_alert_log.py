from streams.alert_log import Firing, alerts_in
from streams.codec import encode
from streams.topics import TopicNames
from tests.agents.alerting.samples import Tenant, cleared, raised
from tests.streams.samples import record

NAMES = TopicNames()
TOLD = Tenant().take(
    raised(0), raised(1, "other", tenant="acme"), raised(2, "shipped", once=True), cleared(5), raised(9, "last")
).told  # fmt: skip


async def records(alerts):
    for offset, each in enumerate(alerts):
        yield record(encode(each, NAMES, "test").value, topic="alerts", offset=offset)


async def found(alerts, tenant=None):
    return [each async for each in alerts_in(records(alerts), tenant)]


async def test_alerts_come_in_order_and_each_once_however_often_it_was_delivered():
    assert [each.event_id for each in await found([*TOLD, *TOLD[1:]])] == [each.event_id for each in TOLD]


async def test_of_one_tenant_no_others_are_shown():
    assert [each.alert for each in await found(TOLD, "acme")] == ["other"]


def test_what_was_resolved_and_what_only_occurred_does_not_fire():
    firing = Firing()
    for each in TOLD:
        firing.add(each)
    assert [each.alert for each in firing.now()] == ["other", "last"]


def test_the_same_fingerprint_of_two_tenants_is_two_alerts():
    firing = Firing()
    one, two = TOLD[0], TOLD[0].model_copy(update={"tenant": "acme"})
    firing.add(one)
    firing.add(two)
    assert len(firing.now()) == 2
