"""Documents as producers send them."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from schemas.base64_bytes import Base64Bytes
from schemas.event import Event, Identifier

MAX_READERS = 256


class DocumentUpserted(Event):
    """A document was created or replaced. `{"doc_id": "a", "text": "…"}` alone is a valid one.

    Either `text` (already decoded) or `content` (base64 of the bytes) with `content_type` is given.
    An empty `readers` means everyone in the tenant. A `source_version` lower than the last one seen is stale.
    """

    type: Literal["DocumentUpserted"] = "DocumentUpserted"
    doc_id: Identifier
    text: str | None = None
    content: Base64Bytes | None = None
    content_type: str = Field(default="text/plain", max_length=128)
    title: str | None = Field(default=None, max_length=1024)
    uri: str | None = Field(default=None, max_length=4096)
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    readers: Annotated[tuple[str, ...], Field(max_length=MAX_READERS)] = ()
    source_version: int | None = None

    @model_validator(mode="after")
    def _has_one_body(self) -> "DocumentUpserted":
        if (self.text is None) == (self.content is None):
            raise ValueError("give either 'text' or 'content' (base64 bytes), not both and not neither")
        return self


class DocumentDeleted(Event):
    """A document was withdrawn: its chunks leave the index. A null value on `documents` means the same."""

    type: Literal["DocumentDeleted"] = "DocumentDeleted"
    doc_id: Identifier
    source_version: int | None = None
