"""A message in, a line in the worker's log out."""

import structlog

from schemas.notifications import Message, Told

log = structlog.get_logger()


class LogNotifier:
    """The channel `log`, for those who collect logs anyway, and for trying things."""

    async def notify(self, message: Message) -> Told:
        """Write one line; it always succeeds."""
        log.warning(
            "alert",
            subject=message.subject,
            subscription=message.subscription.subscription,
            tenant=message.subscription.tenant,
            notification_id=message.notification_id,
            fingerprint=message.thread,
        )
        return Told(result="delivered")
