from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from infra.dispatch_settings import DispatchSettings
from infra.smtp_notifier import SmtpNotifier, mail_of
from schemas.notifications import Message, SubscriptionChanged
from tests.infra.certificates import self_signed, serving
from tests.infra.smtp_server import SmtpServer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def message(target="ada@example.org", **fields):
    subscription = SubscriptionChanged(subscription="ada", channel="email", target=target)
    known = {"notification_id": "n1", "thread": "f 1", "subject": "[FIRING] löst", "text": "Ünïcode\n", "payload": ""}
    return Message(**{**known, "subscription": subscription, **fields})


async def told(server, settings=None, target="ada@example.org", **fields):
    known = {"smtp_host": "localhost", "smtp_from": "rag@example.org", "smtp_security": "none", "timeout_s": 2.0}
    port = server.port if server else 1
    notifier = SmtpNotifier(DispatchSettings(**{**known, "smtp_port": port, **(settings or {})}), clock=lambda: NOW)
    try:
        return await notifier.notify(message(target, **fields))
    finally:
        await notifier.close()


async def test_an_alert_arrives_as_a_mail_that_belongs_to_its_thread():
    async with SmtpServer() as server:
        assert (await told(server)).result == "delivered"
        [mail] = server.mails
    assert mail["content-transfer-encoding"] in {"base64", "quoted-printable"}
    assert (mail["from"], mail["to"], mail["subject"]) == ("rag@example.org", "ada@example.org", "[FIRING] löst")
    assert (mail["message-id"], mail["references"]) == ("<n1@example.org>", "<f_1.alert@example.org>")
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["date"].datetime == NOW
    assert mail.get_content().strip() == "Ünïcode"


@pytest.mark.parametrize(
    ("verb", "reply", "result"),
    [
        ("RCPT", b"550 no such user", "refused"),
        ("RCPT", b"450 busy", "failed"),
        ("DATA", b"554 no", "refused"),
        (".", b"552 too large", "refused"),
        (".", b"451 later", "failed"),
        ("MAIL", b"550 not from you", "failed"),
        ("EHLO", b"421 closing", "failed"),
        ("MAIL", b"nonsense", "failed"),
    ],
)
async def test_a_reply_says_whether_it_is_tried_again(verb, reply, result):
    async with SmtpServer(replies={verb: reply, "HELO": b"421 closing"}) as server:
        assert (await told(server)).result == result


async def test_a_server_that_is_down_is_tried_again():
    assert (await told(None)).result == "failed"


async def test_a_connection_is_encrypted_before_the_password_is_sent(tmp_path, monkeypatch):
    certificate, key = self_signed(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    user = {"smtp_security": "starttls", "smtp_user": "rag", "smtp_password": SecretStr("secret")}
    async with SmtpServer(tls=serving(certificate, key)) as server:
        assert (await told(server, user)).result == "delivered"
        assert server.encrypted
        assert server.said.index("STARTTLS") < server.said.index("AUTH") < server.said.index("MAIL")


async def test_where_encryption_is_wanted_and_not_offered_nothing_is_sent():
    async with SmtpServer() as server:
        user = {"smtp_security": "starttls", "smtp_user": "rag", "smtp_password": SecretStr("secret")}
        assert (await told(server, user)).result == "failed"
        assert not {"AUTH", "MAIL"} & set(server.said)


async def test_a_certificate_of_somebody_else_is_not_taken(tmp_path):
    async with SmtpServer(tls=serving(*self_signed(tmp_path, "localhost"))) as server:
        assert (await told(server, {"smtp_security": "starttls"})).result == "failed"
        assert server.mails == []


@pytest.mark.parametrize("target", ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org\nX: y"])
async def test_an_address_that_would_make_a_header_is_refused(target):
    async with SmtpServer() as server:
        assert (await told(server, target=target)).result == "refused"
        assert server.said == []


def test_an_id_that_would_make_a_header_makes_none():
    mail = mail_of(message(notification_id="a>\r\nBcc: eve@example.org"), "rag@example.org", NOW)
    assert mail["message-id"] == "<a___Bcc__eve_example_org@example.org>"
    assert mail["bcc"] is None


def test_a_subject_that_would_make_a_header_makes_none():
    with pytest.raises(ValueError, match="linefeed"):
        mail_of(message(subject="a\r\nBcc: eve@example.org"), "rag@example.org", NOW)


async def test_without_a_mail_server_it_says_which_setting_is_missing():
    notifier = SmtpNotifier(DispatchSettings())
    try:
        assert "RAGSTREAM_DISPATCH__SMTP_HOST" in (await notifier.notify(message())).reason
    finally:
        await notifier.close()
