"""Files and JSON lines in, document events out; what can't be one is told with its reason."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.questions import Scalar
from streams.cli.walk import Found, Skipped
from streams.codec import field_reasons

Told = Callable[[str, str], None]
"""Takes the name of what is left out, and the reason."""


@dataclass(frozen=True)
class Common:
    """What every document of one command gets, unless its JSON says otherwise."""

    tenant: str = "default"
    readers: tuple[str, ...] = ()
    metadata: Mapping[str, Scalar] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        return {"tenant": self.tenant, "readers": self.readers, "metadata": dict(self.metadata)}


async def from_files(
    files: Iterable[Found | Skipped], common: Common, skipped: Told, failed: Told
) -> AsyncIterator[DocumentUpserted]:
    """One event a file: its text where that is UTF-8, else its bytes, for the parser to make out.

    Of two files with one id the second is told to `failed`: it would silently replace the first.
    """
    taken: dict[str, Path] = {}
    for each in files:
        if isinstance(each, Skipped):
            skipped(str(each.path), each.reason)
            continue
        first = taken.setdefault(each.doc_id, each.path)
        if first is not each.path:
            if first.resolve() == each.path.resolve():
                skipped(str(each.path), "was named twice")
            else:
                failed(
                    str(each.path),
                    f"has the id {each.doc_id}, as {first} has: ingest one of them by itself, with --prefix",
                )
            continue
        try:
            content = await asyncio.to_thread(each.path.read_bytes)
            yield _from_bytes(each, content, common)
        except OSError as error:
            skipped(str(each.path), f"cannot be read: {error.strerror}")
        except ValidationError as error:
            skipped(str(each.path), field_reasons(error))


async def from_lines(
    lines: AsyncIterator[bytes], common: Common, failed: Told
) -> AsyncIterator[DocumentUpserted | DocumentDeleted]:
    """One event a line, in the form that the topic `documents` takes; blank lines are passed over."""
    number = 0
    async for line in lines:
        number += 1
        if not line.strip():
            continue
        try:
            yield from_json(line, common)
        except ValidationError as error:
            failed(f"line {number}", field_reasons(error))
        except (ValueError, RecursionError) as error:
            failed(f"line {number}", f"not JSON: {error}")


def from_json(line: str | bytes, common: Common) -> DocumentUpserted | DocumentDeleted:
    """The event that one JSON object stands for. Raises `ValueError` when it is none."""
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError(f"an object is wanted, this is a {type(fields).__name__}")  # noqa: TRY004 - one error to catch
    if fields.get("type") == "DocumentDeleted":
        return DocumentDeleted.model_validate({"tenant": common.tenant, **fields})
    metadata = fields.get("metadata")
    merged = {**common.metadata, **metadata} if isinstance(metadata, dict) else common.metadata
    return DocumentUpserted.model_validate({**common.fields(), **fields, "metadata": merged})


def _from_bytes(found: Found, content: bytes, common: Common) -> DocumentUpserted:
    return DocumentUpserted.model_validate(
        {
            **common.fields(),
            "doc_id": found.doc_id,
            **_body(content),
            "content_type": found.content_type,
            "uri": found.path.resolve().as_uri(),
        }
    )


def _body(content: bytes) -> dict[str, str | bytes]:
    """Base64 takes a third more, which counts against the limit of a document's size."""
    try:
        return {"text": content.decode("utf-8-sig")}
    except UnicodeDecodeError:
        return {"content": base64.b64encode(content)}
