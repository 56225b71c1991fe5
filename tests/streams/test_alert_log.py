from streams.alert_log import Wanted, alerts_in, standings
from streams.codec import encode
from streams.state import Stored
from streams.topics import TopicNames
from tests.agents.alerting.samples import Tenant, at, cleared, raised, seconds, silenced
from tests.streams.samples import record

NAMES = TopicNames()
TOLD = Tenant().take(
    raised(0), raised(1, "other", tenant="acme"), raised(2, "shipped", once=True), cleared(5), raised(9, "last")
).told  # fmt: skip


async def records(alerts):
    for offset, each in enumerate(alerts):
        yield record(encode(each, NAMES, "test").value, topic="alerts", offset=offset)


async def found(alerts, **wanted):
    return [each async for each in alerts_in(records(alerts), Wanted(**wanted))]


async def test_alerts_come_in_order_and_each_once_however_often_it_was_delivered():
    assert [each.event_id for each in await found([*TOLD, *TOLD[1:]])] == [each.event_id for each in TOLD]


async def test_of_one_tenant_no_others_are_shown():
    assert [each.alert for each in await found(TOLD, tenant="acme")] == ["other"]


async def test_only_those_that_match_are_shown():
    assert [each.alert for each in await found(TOLD, matchers=("name=s*", "severity>=warning"))] == [
        "slow", "shipped", "slow",
    ]  # fmt: skip


def stored(tenant):
    return Stored(applied={}, state=tenant.state).model_dump_json().encode()


def test_how_things_stand_is_what_fires_with_all_that_followed_and_what_is_not_told():
    tenant = Tenant().take(
        raised(0, "weaviate-away", for_s=4),
        silenced(5, 500, "name=quiet"),
        raised(6, "quiet"),
        raised(7, "answer-latency"),
        raised(8, "slow", for_s=60),
        raised(9, "over", for_s=5, keep_s=60),
        cleared(10, "over"),
    )
    shown = standings({b"default": stored(tenant)}, at(11))
    assert [(each.phase, each.alert.alert) for each in shown] == [
        ("firing", "weaviate-away"), ("silenced", "quiet"), ("pending", "slow"),
    ]  # fmt: skip
    away = shown[0].alert
    assert away.event_id == tenant.told[0].event_id
    assert tenant.told[0].consequences == ()
    assert [(each.alert, seconds(each.started_at)) for each in away.consequences] == [("answer-latency", 7)]


def test_of_one_tenant_nothing_of_another_stands():
    states = {b"default": stored(Tenant().take(raised(0))), b"acme": stored(Tenant().take(raised(5, tenant="acme")))}
    assert [each.alert.tenant for each in standings(states, at(9))] == ["default", "acme"]
    assert [each.alert.tenant for each in standings(states, at(9), Wanted(tenant="acme"))] == ["acme"]
