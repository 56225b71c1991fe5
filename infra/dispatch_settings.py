"""The section `dispatch` of the settings: how subscribers are told."""

import re
from typing import Final, Literal, Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

MIN_KEY: Final = 24
"""Bytes, as the Standard Webhooks specification wants."""


class DispatchSettings(BaseModel):
    """How subscribers are told of alerts."""

    signing_key: SecretStr | None = None
    """Each webhook's own key is derived from it. `NEW,OLD` signs with both while receivers move to the new one."""
    allow_private: bool = False
    """Whether webhooks may go to private, loopback and link-local addresses, as a receiver on the same network has."""
    connect_timeout_s: float = Field(default=3.0, gt=0, le=60)
    timeout_s: float = Field(default=10.0, gt=0, le=60)
    """Of one attempt, from the look-up of the receiver's address to its answer."""
    concurrency: int = Field(default=64, ge=1, le=1_000)
    """Attempts that one worker makes at once, at most one per subscriber."""
    external_url: str = Field(default="", max_length=2_048)
    """Where people look further; it stands in webhooks as `externalURL`."""
    smtp_host: str | None = Field(default=None, min_length=1)
    """Server that takes e-mail; without it, no e-mail is sent."""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = Field(default=None, min_length=1)
    smtp_password: SecretStr | None = None
    smtp_from: str | None = None
    """Address that e-mail comes from."""

    @field_validator("signing_key")
    @classmethod
    def _is_long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        for each in () if key is None else key.get_secret_value().split(","):
            if len(each.strip().encode()) < MIN_KEY:
                raise ValueError(f"a key has at least {MIN_KEY} characters: `openssl rand -base64 32` makes one")
        return key

    @field_validator("smtp_from")
    @classmethod
    def _is_an_address(cls, address: str | None) -> str | None:
        if address is not None and re.fullmatch(r"[^\s@<>,;:\"\x00-\x1f]+@[A-Za-z0-9.-]+", address) is None:
            raise ValueError("an e-mail address is wanted, as in ragstream@example.org")
        return address

    @model_validator(mode="after")
    def _can_send_mail(self) -> Self:
        if self.smtp_host is not None and self.smtp_from is None:
            raise ValueError("smtp_host needs smtp_from, the address that e-mail comes from")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("smtp_user and smtp_password belong together")
        if self.smtp_user is not None and self.smtp_security == "none":
            raise ValueError("a password is not sent over a connection that is not encrypted: set smtp_security")
        return self

    def keys(self) -> tuple[bytes, ...]:
        """The signing keys, the one for new subscriptions first; none without the setting."""
        given = self.signing_key.get_secret_value() if self.signing_key is not None else ""
        return tuple(each.strip().encode() for each in given.split(",") if each)
