"""Base64 text in, bytes out, and back; what is not base64 is refused.

Pydantic's own `Base64Bytes` skips characters outside the alphabet (RFC 4648, section 3.3 warns of exactly this), so
that plain text sent in the wrong field would be indexed as noise. White space is allowed, since MIME wraps lines.
"""

import base64
import binascii
from typing import Annotated, Literal

from pydantic import EncodedBytes, EncoderProtocol


class StrictBase64(EncoderProtocol):
    """Standard alphabet with padding, RFC 4648 section 4."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        """Raises `ValueError` for anything but base64 and white space."""
        try:
            return base64.b64decode(b"".join(data.split()), validate=True)
        except binascii.Error as error:
            raise ValueError(f"not base64: {error}") from error

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return base64.b64encode(value)

    @classmethod
    def get_json_format(cls) -> Literal["base64"]:
        return "base64"


Base64Bytes = Annotated[bytes, EncodedBytes(encoder=StrictBase64)]
"""Given in base64, held as bytes, written in base64."""
