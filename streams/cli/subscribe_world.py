"""What the commands of `ragstream subscribe` read and send."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import uuid4

import typer
from pydantic import ValidationError

from agents.dispatching.route import queued
from infra.public_addresses import PrivateAddressError, Resolver, checked_addresses
from infra.settings import Settings
from infra.webhook_signature import secret_of, signing_keys
from schemas.event import derive_id
from schemas.failures import ConfigurationError, TransientError
from schemas.notifications import Channel, NotificationAttempted, SubscriptionChanged
from schemas.operations import AlertFired
from streams.cli.output import NotRunningError, plain, showing_progress, stderr
from streams.cli.settings import kafka_of
from streams.client import NotInTimeError, RagstreamClient
from streams.client_reader import TopicReader
from streams.codec import decode, encode, field_reasons
from streams.kafka_outbox import KafkaOutbox
from streams.subscription_log import SubscriptionLog, read_subscriptions
from streams.topics import NOTIFICATIONS, TopicNames

SOURCE: Final = "ragstream-cli"

Name = Annotated[str, typer.Argument(help="A name from the list.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Whose alerts: nobody is told of another tenant's.")]
Match = Annotated[
    list[str] | None,
    typer.Option(
        "--match",
        metavar="MATCHER[,…]",
        help="As severity>=warning,name=freshness*; all of them must hold.",
    ),
]
Groups = Annotated[list[str] | None, typer.Option("--group", help="The subscriber's, for alerts with readers.")]
AsName = Annotated[str | None, typer.Option("--name", help="What it is called; derived from what it is, without one.")]


def read_log(settings: Settings, *, machine: bool) -> SubscriptionLog:
    """The topic of subscriptions, up to now."""
    with showing_progress(machine=machine) as progress:
        progress("Reading the subscriptions")
        return asyncio.run(read_subscriptions(kafka_of(settings), TopicNames(settings.namespace)))


def found(log: SubscriptionLog, tenant: str, name: str) -> SubscriptionChanged:
    """A tenant's subscription that has not ended. Raises `NotRunningError` when there is none."""
    known = log.book.find(tenant, name)
    if known is None or not known.active:
        raise NotRunningError(f"tenant {tenant} has no subscription {name!r}: `ragstream subscribe list`")
    return known


def subscription(
    channel: Channel,
    target: str,
    *,
    tenant: str,
    name: str | None,
    match: list[str] | None = None,
    groups: list[str] | None = None,
    doc_id: str | None = None,
) -> SubscriptionChanged:
    """The event, without id and time. Raises a usage error for what is no subscription.

    Without a name it has one that comes from what it is: to subscribe again changes nothing.
    """
    matchers = tuple(part.strip() for each in match or () for part in each.split(",") if part.strip())
    given = name or f"{channel}-{derive_id(tenant, target, doc_id or '', *matchers)[:8]}"
    try:
        return SubscriptionChanged(
            tenant=tenant,
            subscription=given,
            channel=channel,
            target=target,
            match=matchers,
            doc_id=doc_id,
            groups=tuple(groups or ()),
        )
    except ValidationError as error:
        raise typer.BadParameter(field_reasons(error)) from None


def send(settings: Settings, change: SubscriptionChanged) -> SubscriptionChanged:
    """Publish a change with an id and the time of now; gives it as it was sent. Raises what the client raises."""

    async def sending() -> SubscriptionChanged:
        async with RagstreamClient(kafka_of(settings), namespace=settings.namespace, source=SOURCE) as client:
            return await client.subscribe(change)

    return asyncio.run(sending())


def secret_for(settings: Settings, change: SubscriptionChanged) -> str:
    """What the receiver checks signatures with. Raises `ConfigurationError` where there is no key to derive it from."""
    keys = signing_keys(settings.dispatch, settings.home)
    if not keys:
        raise ConfigurationError(
            "there is no key to sign with: set RAGSTREAM_DISPATCH__SIGNING_KEY as for the workers, "
            "or let `ragstream up` make one"
        )
    return secret_of(keys[0], change.tenant, change.subscription)


def refuse_private(settings: Settings, url: str) -> None:
    """Raises `ConfigurationError` for a receiver that workers would refuse to call; says so of one that is not known.

    The address is looked up from here; each worker looks it up again, each time.
    """
    parts = urlsplit(url)

    async def looking_up() -> None:
        resolver = Resolver(1)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            await checked_addresses(parts.hostname or "", port, resolver, allow_private=settings.dispatch.allow_private)
        finally:
            resolver.close()

    try:
        asyncio.run(looking_up())
    except PrivateAddressError as error:
        raise ConfigurationError(str(error)) from None
    except TransientError as error:
        stderr().print(plain(f"{error}; the workers will try all the same"), soft_wrap=True)


def send_test(settings: Settings, to: SubscriptionChanged, timeout_s: float) -> NotificationAttempted:
    """Tell one subscriber of an alert that is only a test, and wait for the first attempt at it.

    Raises `NotInTimeError` when nothing is heard of it in time: alerts before it may wait, or no worker runs.
    """
    return asyncio.run(_tested(kafka_of(settings), TopicNames(settings.namespace), to, timeout_s))


async def _tested(
    bootstrap: str, names: TopicNames, to: SubscriptionChanged, timeout_s: float
) -> NotificationAttempted:
    told = queued(to, _test_alert(to))
    async with TopicReader.of(bootstrap, names, (NOTIFICATIONS,)) as reader, KafkaOutbox(bootstrap, SOURCE) as outbox:
        reader.seek(await reader.ends())
        await outbox.send([encode(told, names, SOURCE)])
        try:
            async with asyncio.timeout(timeout_s):
                async for record in reader.records():
                    event = decode(record, NOTIFICATIONS)
                    if isinstance(event, NotificationAttempted) and event.notification_id == told.notification_id:
                        return event
        except TimeoutError:
            pass
    raise NotInTimeError(
        f"nothing was heard of it within {timeout_s:g} s: alerts before it may wait, or no worker of dispatch runs"
    )


def _test_alert(to: SubscriptionChanged) -> AlertFired:
    now = datetime.now(UTC)
    return AlertFired(
        event_id=str(uuid4()),
        tenant=to.tenant,
        at=now,
        fingerprint=derive_id("test-alert", to.tenant, to.subscription, now.isoformat()),
        alert="test-alert",
        severity="info",
        summary="This is a test of the subscription: nothing is wrong.",
        labels={"subscription": to.subscription},
        started_at=now,
        once=True,
    )
