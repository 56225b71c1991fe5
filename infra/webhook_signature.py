"""A body in, headers out by which its receiver knows who sent it, when, and whether it came before.

The form is that of the Standard Webhooks specification, version 1: HMAC-SHA256 over `id.timestamp.body`. Each
subscription has a key of its own, derived from the one in the settings, so that one receiver cannot sign for another.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from infra.dispatch_settings import MIN_KEY, DispatchSettings
from infra.local.files import held, write_whole

PREFIX: Final = "whsec_"
KEY_FILE: Final = "dispatch.key"


def subscription_key(key: bytes, tenant: str, subscription: str) -> bytes:
    """32 bytes. A tenant's name holds no slash, so no two subscriptions share one."""
    return hmac.digest(key, f"webhook/{tenant}/{subscription}".encode(), hashlib.sha256)


def secret_of(key: bytes, tenant: str, subscription: str) -> str:
    """The key as receivers configure it."""
    return PREFIX + base64.b64encode(subscription_key(key, tenant, subscription)).decode()


def signed_headers(keys: Sequence[bytes], notification_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` and `webhook-signature`, with a signature by each of `keys`."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((notification_id.encode(), timestamp.encode(), body))
    signatures = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return {
        "webhook-id": notification_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }


def signing_keys(settings: DispatchSettings, home: Path) -> tuple[bytes, ...]:
    """Those of the settings, else the one that `ragstream up` made in the home folder; none where there is neither."""
    if settings.signing_key is not None:
        return settings.keys()
    try:
        key = bytes.fromhex((home / KEY_FILE).read_text("ascii").strip())
    except (OSError, ValueError):
        return ()
    return (key,) if len(key) >= MIN_KEY else ()


def ensure_signing_key(settings: DispatchSettings, home: Path) -> None:
    """Make a key in the home folder, for its owner's eyes alone, unless there is one."""
    with held(home / "run" / f"{KEY_FILE}.lock"):
        if not signing_keys(settings, home):
            write_whole(home / KEY_FILE, secrets.token_hex(32) + "\n", mode=0o600)
