import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from infra.dispatch_settings import DispatchSettings
from infra.webhook_notifier import WebhookNotifier
from infra.webhook_signature import signed_headers, subscription_key
from schemas.notifications import Message, SubscriptionChanged
from tests.infra.certificates import self_signed, serving
from tests.infra.receiver import Receiver

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = b"k" * 32
OPEN = DispatchSettings(allow_private=True, timeout_s=1.0)


def message(url, **fields):
    subscription = SubscriptionChanged(subscription="on-call", channel="webhook", target=url, tenant="acme")
    known = {"notification_id": "n1", "thread": "f1", "subject": "s", "text": "t", "payload": '{"a":"ü"}'}
    return Message(**{**known, "subscription": subscription, **fields})


async def loopback(host, port):
    return ["127.0.0.1"]


async def told(url, settings=OPEN, resolve=loopback, keys=(KEY,), **fields):
    notifier = WebhookNotifier(settings, keys, resolve=resolve, clock=lambda: NOW)
    try:
        return await notifier.notify(message(url, **fields))
    finally:
        await notifier.close()


async def answered(answer):
    async with Receiver() as receiver:
        receiver.answers.append(answer)
        return await told(receiver.url)


async def test_a_body_arrives_signed_with_its_subscriptions_own_key():
    async with Receiver() as receiver:
        assert (await told(receiver.url)).result == "delivered"
        [request] = receiver.requests
    body = '{"a":"ü"}'.encode()
    assert (request.path, request.body) == ("/hook?team=a", body)
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["content-type"] == "application/json"
    expected = signed_headers([subscription_key(KEY, "acme", "on-call")], "n1", NOW, body)
    assert {name: request.headers[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b"200 OK", "delivered"),
        (b"204 No Content", "delivered"),
        (b"410 Gone", "gone"),
        (b"400 Bad Request", "refused"),
        (b"401 Unauthorized", "refused"),
        (b"404 Not Found", "refused"),
        (b"408 Request Timeout", "failed"),
        (b"425 Too Early", "failed"),
        (b"429 Too Many Requests", "failed"),
        (b"500 Internal Server Error", "failed"),
        (b"503 Service Unavailable", "failed"),
        (b"nonsense", "failed"),
    ],
)
async def test_a_status_says_whether_it_is_tried_again(answer, result):
    assert (await answered(answer)).result == result


async def test_a_redirect_is_not_followed():
    async with Receiver() as other, Receiver() as receiver:
        receiver.answers.append(b"307 Temporary Redirect\r\nLocation: " + other.url.encode())
        outcome = await told(receiver.url)
        assert (outcome.result, other.requests) == ("refused", [])
        assert "redirects are not followed" in outcome.reason


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (b"120", 120.0),
        (b"Sun, 01 Mar 2026 12:01:00 GMT", 60.0),
        (b"Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (b"1" * 400, 111_111_111.0),
    ],
)
async def test_a_receiver_may_say_when_to_come_again(given, seconds):
    assert (await answered(b"503 Away\r\nRetry-After: " + given)).retry_after_s == seconds


async def test_a_receiver_that_is_down_or_slow_is_tried_again():
    async with Receiver() as receiver:
        url = receiver.url
        receiver.delay_s = 5.0
        started = asyncio.get_running_loop().time()
        assert "no answer within 0.2 s" in (await told(url, DispatchSettings(allow_private=True, timeout_s=0.2))).reason
        assert asyncio.get_running_loop().time() - started < 2
    assert (await told(url)).result == "failed"


async def test_a_name_that_is_not_known_is_tried_again():
    async def unknown(host, port):
        raise OSError("Name or service not known")

    outcome = await told("http://receiver.invalid/", resolve=unknown)
    assert (outcome.result, "cannot be resolved" in outcome.reason) == ("failed", True)


async def test_a_private_address_is_refused_and_nothing_is_sent():
    async with Receiver() as receiver:
        outcome = await told(receiver.url, DispatchSettings())
        assert outcome.result == "refused"
        assert "RAGSTREAM_DISPATCH__ALLOW_PRIVATE" in outcome.reason
        assert receiver.requests == []


async def test_a_name_is_looked_up_once_and_the_checked_address_is_called():
    """DNS rebinding: a name that means another address a moment later gains nothing."""
    asked = []

    async def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    async with Receiver() as receiver:
        outcome = await told(f"http://receiver.invalid:{receiver.port}/hook", resolve=rebinding)
        assert outcome.result == "delivered"
        assert receiver.requests[0].headers["host"] == f"receiver.invalid:{receiver.port}"
    assert asked == ["receiver.invalid"]


async def test_another_address_of_the_receiver_is_tried_when_the_first_does_not_answer():
    async def two(host, port):
        return ["127.0.0.2", "127.0.0.1"]

    async with Receiver() as receiver:  # listens at 127.0.0.1 alone
        assert (await told(receiver.url, resolve=two)).result == "delivered"


async def test_a_certificate_must_be_the_named_hosts_although_its_address_is_called(tmp_path, monkeypatch):
    certificate, key = self_signed(tmp_path, "receiver.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with Receiver(tls=serving(certificate, key)) as receiver:
        assert (await told(f"https://receiver.example:{receiver.port}/")).result == "delivered"
        outcome = await told(f"https://other.example:{receiver.port}/")
    assert (outcome.result, "CERTIFICATE_VERIFY_FAILED" in outcome.reason) == ("failed", True)
    assert len(receiver.requests) == 1


async def test_without_a_key_nothing_is_sent():
    async with Receiver() as receiver:
        outcome = await told(receiver.url, keys=())
        assert (outcome.result, receiver.requests) == ("failed", [])
        assert "RAGSTREAM_DISPATCH__SIGNING_KEY" in outcome.reason


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://[::1", "gopher://127.0.0.1/", "http://a:99999/"])
async def test_an_address_that_is_none_is_refused(url):
    assert (await told(url)).result == "refused"


@pytest.mark.parametrize("key", ["a\r\nX-Forged: 1", "schlüssel"])
async def test_an_id_that_would_break_a_header_is_refused(key):
    async with Receiver() as receiver:
        outcome = await told(receiver.url, notification_id=key)
        assert (outcome.result, receiver.requests) == ("refused", [])


async def test_a_body_that_is_too_large_is_refused():
    async with Receiver() as receiver:
        outcome = await told(receiver.url, payload="x" * 262_145)
        assert (outcome.result, receiver.requests) == ("refused", [])


async def test_what_a_receiver_answers_is_not_read():
    """A body without end takes neither memory nor time."""

    async def endless(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except OSError:
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    started = asyncio.get_running_loop().time()
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert (await told(f"http://127.0.0.1:{port}/")).result == "delivered"
        assert asyncio.get_running_loop().time() - started < 1
        server.close()


async def test_its_own_resolver_knows_the_names_of_this_machine():
    async with Receiver() as receiver:
        notifier = WebhookNotifier(OPEN, [KEY], clock=lambda: NOW + timedelta(seconds=1))
        try:
            outcome = await notifier.notify(message(f"http://localhost:{receiver.port}/"))
        finally:
            await notifier.close()
    assert outcome.result == "delivered"
