"""Settings in, the channels by which subscribers are told out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from agents.dispatching.ports import SubscriptionBook
from infra.log_notifier import LogNotifier
from infra.settings import Settings
from infra.smtp_notifier import SmtpNotifier
from infra.webhook_notifier import WebhookNotifier
from infra.webhook_signature import signing_keys
from streams.dispatch_topology import DispatchingPorts


@asynccontextmanager
async def opened_dispatching(settings: Settings, book: SubscriptionBook) -> AsyncIterator[DispatchingPorts]:
    """What subscribers are told with, closed at the end."""
    webhook = WebhookNotifier(settings.dispatch, signing_keys(settings.dispatch, settings.home))
    email = SmtpNotifier(settings.dispatch)
    try:
        yield DispatchingPorts(
            notifiers={"webhook": webhook, "email": email, "log": LogNotifier()},
            book=book,
            clock=lambda: datetime.now(UTC),
            external_url=settings.dispatch.external_url,
            concurrency=settings.dispatch.concurrency,
        )
    finally:
        await webhook.close()
        await email.close()
