"""A dead letter in, lines that are safe to show out."""

from collections.abc import Iterator

from schemas.operations import DeadLettered
from streams.cli.output import plain

PREVIEW_CHARACTERS = 2_000
PREVIEW_BYTES = 256
HEX_WIDTH = 16


def letter_lines(letter: DeadLettered) -> Iterator[str]:
    """Where it came from, why it failed, its headers, and the beginning of its bytes."""
    facts = {
        "id": letter.event_id,
        "record": f"{letter.topic}/{letter.partition}@{letter.offset}",
        "at": letter.at.isoformat(),
        "tenant": letter.tenant,
        "stage": letter.stage,
        "error": letter.error,
        "reason": letter.reason,
        "attempts": str(letter.attempts),
    }
    if letter.missing_bytes:
        facts["missing"] = f"{letter.missing_bytes:,} bytes, still at {facts['record']}"
    for name, value in facts.items():
        yield plain(f"{name:9} {value}")
    for header in letter.headers:
        yield plain(f"header    {header.key}: ") + _short(header.value)
    yield "key       " + _short(letter.key)
    if letter.value is None:
        yield "value     null"
        return
    yield f"value     {len(letter.value):,} bytes"
    yield from preview(letter.value)


def preview(value: bytes) -> Iterator[str]:
    """The first 2,000 characters of UTF-8 text, or the first 256 bytes in hexadecimal."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        for start in range(0, min(len(value), PREVIEW_BYTES), HEX_WIDTH):
            row = value[start : start + HEX_WIDTH]
            readable = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)  # noqa: PLR2004 - printable ASCII
            yield f"{start:08x}  {row.hex(' '):{3 * HEX_WIDTH}} {readable}"
        if len(value) > PREVIEW_BYTES:
            yield "…"
        return
    yield plain(text[:PREVIEW_CHARACTERS])
    if len(text) > PREVIEW_CHARACTERS:
        yield f"… and {len(text) - PREVIEW_CHARACTERS:,} characters more"


def _short(value: bytes | None) -> str:
    if value is None:
        return "null"
    try:
        return plain(value.decode("utf-8"), keep="")
    except UnicodeDecodeError:
        return f"0x{value.hex()}"
