"""Markdown source in, its blocks out; the source itself stays the text.

Block structure is CommonMark's (plus tables), read from markdown-it's token line ranges, so a `#` in a fence, longer,
tilde and unclosed fences, and headings in comments are what a renderer would make of them. Inline parsing is switched
off: no use, and most of the time.
"""

import re
from collections.abc import Iterable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from agents.planning.document import Block, Kind, ParsedDocument, first_heading

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:(?!(?:---|\.\.\.)[ \t]*(?:\n|\Z)).*\n)*)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)
_ANCHOR = re.compile(r"[ \t]*\{[^{}\n]*\}[ \t]*$")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
_MARKS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")
_KINDS: dict[str, Kind] = {
    "fence": "code",
    "code_block": "code",
    "table_open": "table",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
}


def parse_markdown(text: str) -> ParsedDocument:
    """Blocks of `text`, HTML comments taken out first: no reader sees them, so no model should."""
    body, title = _front_matter(text)
    tokens = _tokens(text, body)
    hidden = _comments(text, _line_starts(text), tokens)
    warnings: tuple[str, ...] = ()
    if hidden:
        text = _without(text, hidden)
        tokens = _tokens(text, body)
        warnings = (f"HTML comments were left out: {len(hidden)}.",)
    blocks = tuple(_blocks(text, _line_starts(text), tokens))
    return ParsedDocument(text, blocks, title or first_heading(blocks), warnings)


def _front_matter(text: str) -> tuple[int, str | None]:
    """Lines of YAML front matter, and the title in it."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return 0, None
    title = _FRONT_TITLE.search(found.group(1))
    return found.group().count("\n"), title.group(1).strip(" \t'\"") or None if title else None


def _tokens(text: str, skipped_lines: int) -> Sequence[Token]:
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.disable(["inline", "text_join"])
    lines = text.split("\n", skipped_lines)
    # Empty lines keep the line numbers; markdown-it sees nothing of the front matter.
    return parser.parse("\n" * skipped_lines + lines[-1] if len(lines) > skipped_lines else "")


def _line_starts(text: str) -> Sequence[int]:
    starts = [0]
    starts.extend(found.end() for found in re.finditer("\n", text))
    starts.append(len(text))
    return starts


def _range(token: Token, starts: Sequence[int]) -> tuple[int, int]:
    first, last = token.map or (0, 0)
    return starts[min(first, len(starts) - 1)], starts[min(last, len(starts) - 1)]


def _comments(text: str, starts: Sequence[int], tokens: Iterable[Token]) -> list[tuple[int, int]]:
    """Ranges of `<!-- … -->` outside code; one that is never closed hides the rest of its block."""
    found: list[tuple[int, int]] = []
    for token in tokens:
        if token.type not in {"html_block", "inline"} or not token.map:
            continue
        start, end = _range(token, starts)
        while (at := text.find("<!--", start, end)) >= 0:
            close = text.find("-->", at + 4, end)
            stop = end if close < 0 else close + 3
            if text.count("`", start, at) % 2 == 0 and (not found or at >= found[-1][1]):
                found.append((at, stop))
            start = stop
    return found


def _without(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in ranges:
        # Its line ends stay, so that what follows keeps being a line, or a block, of its own.
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end
    return "".join([*kept, text[at:]])


def _blocks(text: str, starts: Sequence[int], tokens: Sequence[Token]) -> Iterable[Block]:
    for index, token in enumerate(tokens):
        if not token.map:
            continue
        start, end = _range(token, starts)
        if token.type == "heading_open" and token.level == 0:
            yield Block("heading", start, end, int(token.tag[1]), _words(tokens[index + 1].content))
        elif kind := _KINDS.get(token.type):
            yield Block(kind, start, end, parts=_parts(text, starts, kind, tokens, index))


def _parts(text: str, starts: Sequence[int], kind: Kind, tokens: Sequence[Token], index: int) -> tuple[int, ...]:
    first, last = tokens[index].map or (0, 0)
    if kind == "table":
        return tuple(starts[line] for line in range(first, last))
    if kind == "code":
        return tuple(starts[line] for line in range(first + 1, last) if text[starts[line - 1]] == "\n")
    inner = []
    for token in tokens[index + 1 :]:
        if token.level <= tokens[index].level:
            break
        if token.type == "list_item_open" and token.level == tokens[index].level + 1 and token.map:
            inner.append(starts[token.map[0]])
    return tuple(inner)


def _words(heading: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", _ANCHOR.sub("", heading))).strip()
