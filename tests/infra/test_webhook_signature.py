import base64
import hashlib
import hmac
import stat
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from infra.dispatch_settings import DispatchSettings
from infra.webhook_signature import ensure_signing_key, secret_of, signed_headers, signing_keys, subscription_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = b"k" * 32


def test_the_standards_own_example_is_signed_as_it_says():
    """From the specification's text: secret, id, timestamp and body are its own, and so is the signature."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1_614_265_330, UTC)
    headers = signed_headers([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_receiver_can_check_with_the_secret_that_it_was_given():
    secret = secret_of(KEY, "acme", "on-call")
    headers = signed_headers([subscription_key(KEY, "acme", "on-call")], "n1", NOW, b"{}")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.digest(key, b"n1." + headers["webhook-timestamp"].encode() + b".{}", hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"


def test_no_two_subscriptions_share_a_key():
    keys = {
        subscription_key(key, tenant, name)
        for key in (KEY, b"o" * 32)
        for tenant in ("a", "b")
        for name in ("on-call", "other")
    }
    assert len(keys) == 8


def test_while_keys_change_both_sign():
    settings = DispatchSettings(signing_key=SecretStr("n" * 32 + ", " + "o" * 32))
    keys = settings.keys()
    assert keys == (b"n" * 32, b"o" * 32)
    assert len(signed_headers(keys, "n1", NOW, b"")["webhook-signature"].split(" ")) == 2


def test_a_key_of_this_machine_is_made_once_and_is_its_owners_alone(tmp_path):
    settings = DispatchSettings()
    assert signing_keys(settings, tmp_path) == ()
    ensure_signing_key(settings, tmp_path)
    [key] = signing_keys(settings, tmp_path)
    ensure_signing_key(settings, tmp_path)
    assert signing_keys(settings, tmp_path) == (key,)
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / "dispatch.key").stat().st_mode) == 0o600


def test_a_key_that_is_set_is_used_and_none_is_made(tmp_path):
    settings = DispatchSettings(signing_key=SecretStr("s" * 32))
    ensure_signing_key(settings, tmp_path)
    assert not (tmp_path / "dispatch.key").exists()
    assert signing_keys(settings, tmp_path) == (b"s" * 32,)


@pytest.mark.parametrize("content", ["", "no hex", "abcd"])
def test_a_broken_key_file_is_no_key_and_is_replaced(tmp_path, content):
    (tmp_path / "dispatch.key").write_text(content)
    assert signing_keys(DispatchSettings(), tmp_path) == ()
    ensure_signing_key(DispatchSettings(), tmp_path)
    assert len(signing_keys(DispatchSettings(), tmp_path)[0]) == 32
