"""DocumentUpserted in, ParsedDocument out: one clean text, its structure, and what had to be repaired or guessed."""

import re
from dataclasses import replace

from agents.planning.clean import clean
from agents.planning.decode import decode
from agents.planning.document import ParsedDocument, short
from agents.planning.html_text import parse_html
from agents.planning.markdown_blocks import parse_markdown
from schemas.documents import DocumentUpserted
from schemas.failures import PermanentError

_PARSERS = {
    "text/plain": ParsedDocument,
    "text/markdown": parse_markdown,
    "text/x-markdown": parse_markdown,
    "text/html": parse_html,
    "application/xhtml+xml": parse_html,
}
SUPPORTED = ("text/plain", "text/markdown", "text/html")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
_META_WINDOW = 1_024
"""Bytes in which HTML must declare its charset (HTML Living Standard, prescan)."""


class UnsupportedContentTypeError(PermanentError):
    """A document of a type that is not parsed; the message names those that are."""


def parse(document: DocumentUpserted) -> ParsedDocument:
    """The document's text and structure; blank when it has none. Raises `UnsupportedContentTypeError`."""
    kind, _, parameters = document.content_type.partition(";")
    kind = kind.strip().lower() or "text/plain"
    parser = _PARSERS.get(kind)
    if parser is None:
        raise UnsupportedContentTypeError(
            f"Content type {kind!r} is not supported; send one of {', '.join(SUPPORTED)}."
        )
    warnings: list[str] = []
    if document.text is not None:
        raw = document.text
    else:
        raw, warnings = _decoded(document.content or b"", kind, parameters)
    text, repairs = clean(raw)
    parsed = parser(text)
    title = None if parsed.title is None else short(parsed.title)
    return replace(parsed, title=title, warnings=(*warnings, *repairs, *parsed.warnings))


def _decoded(content: bytes, kind: str, parameters: str) -> tuple[str, list[str]]:
    if content.startswith(_BINARY):
        raise UnsupportedContentTypeError(
            f"The content is binary, not {kind} as declared; send text in one of {', '.join(SUPPORTED)}."
        )
    found = _CHARSET.search(parameters)
    if found is None and kind != "text/plain":
        found = _CHARSET.search(content[:_META_WINDOW].decode("ascii", "replace"))
    return decode(content, found.group(1) if found else None)
