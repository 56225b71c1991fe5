"""A message in, an e-mail handed to an SMTP server, and what came of it out."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from infra.dispatch_settings import DispatchSettings
from schemas.notifications import Message, Told

PERMANENT: Final = 500
"""First of SMTP's replies that say no for good (RFC 5321, section 4.2.1)."""
THREADS: Final = 8


def utc_now() -> datetime:
    """The clock of a running system."""
    return datetime.now(UTC)


class SmtpNotifier:
    """The channel `email`. The library blocks, so it runs on threads of its own."""

    def __init__(self, settings: DispatchSettings, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._settings = settings
        self._clock = clock
        self._pool = ThreadPoolExecutor(THREADS, "smtp")

    async def notify(self, message: Message) -> Told:
        """Make one attempt. Never raises."""
        if self._settings.smtp_host is None:
            return Told(result="failed", reason="the worker has no mail server: set RAGSTREAM_DISPATCH__SMTP_HOST")
        try:
            mail = mail_of(message, str(self._settings.smtp_from), self._clock())
        except ValueError:  # a line break in an address
            return Told(result="refused", reason="the address cannot stand in a header")
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._send, mail)

    async def close(self) -> None:
        """What is being sent may end by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, mail: EmailMessage) -> Told:
        try:
            with self._connected() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            return _refused(code, f"the mail server refused the recipient with {code}")
        except smtplib.SMTPDataError as error:
            return _refused(error.smtp_code, f"the mail server refused the message with {error.smtp_code}")
        except smtplib.SMTPResponseException as error:
            return Told(result="failed", reason=f"the mail server answered {error.smtp_code}")
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return Told(result="failed", reason=f"the mail server cannot be used: {type(error).__name__}")
        return Told(result="delivered")

    def _connected(self) -> smtplib.SMTP:
        """A connection, encrypted and logged in as the settings say."""
        settings = self._settings
        where = (str(settings.smtp_host), settings.smtp_port)
        if settings.smtp_security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=settings.timeout_s, context=context)
        else:
            server = smtplib.SMTP(*where, timeout=settings.timeout_s)
        try:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user is not None and settings.smtp_password is not None:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server


def mail_of(message: Message, sender: str, at: datetime) -> EmailMessage:
    """The e-mail. Its id is the notification's, so that a second copy is known as one; those of one alert are a thread.

    Raises `ValueError` for an address with a line break.
    """
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))  # not every server takes 8-bit text
    mail["From"] = sender
    mail["To"] = message.subscription.target
    mail["Subject"] = message.subject
    mail["Date"] = at
    mail["Message-ID"] = f"<{_token(message.notification_id)}@{domain}>"
    mail["References"] = f"<{_token(message.thread)}.alert@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def _refused(code: int, reason: str) -> Told:
    return Told(result="refused" if code >= PERMANENT else "failed", reason=reason)


def _token(text: str) -> str:
    """`text` as it may stand in a message id."""
    return "".join(each if each.isascii() and (each.isalnum() or each in "-_") else "_" for each in text)[:200]
