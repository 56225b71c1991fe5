"""A subscription in, a sentence about what is wrong with it out, before anybody relies on it."""

import re
from typing import Final
from urllib.parse import urlsplit

from agents.matchers import problem_of
from schemas.failures import ConfigurationError
from schemas.notifications import SubscriptionChanged

ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
"""One plain address, as RFC 5321 has it without quoting: nothing that a header could be broken with."""


def check_subscription(subscription: SubscriptionChanged) -> None:
    """Raises `ConfigurationError` for one that nobody could be told by."""
    problem = _problem_of_target(subscription) or next(filter(None, map(problem_of, subscription.match)), None)
    if problem is not None:
        raise ConfigurationError(f"subscription {subscription.subscription}: {problem}")


def _problem_of_target(subscription: SubscriptionChanged) -> str | None:
    match subscription.channel:
        case "webhook":
            return _problem_of_url(subscription.target)
        case "email":
            wrong = ADDRESS.fullmatch(subscription.target) is None
            return "an e-mail address is wanted, as in ada@example.org" if wrong else None
        case "log":
            return "the log needs no address" if subscription.target else None


def _problem_of_url(url: str) -> str | None:
    """The URL itself is not quoted: its path may be a secret of the receiver."""
    wanted = "an http or https address is wanted, as in https://example.org/alerts"
    if not url.isascii() or not url.isprintable() or " " in url:
        return wanted
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return wanted
    if not whole:
        return wanted
    if parts.username is not None or parts.password is not None:
        return "a user and a password do not belong into the address: whoever reads the topic reads it"
    return None
