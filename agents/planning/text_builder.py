"""Pieces of laid-out text in, one string with the blocks at their offsets out."""

import re

from agents.planning.document import Block, Kind

_SPACE = re.compile(r"\s+")
_CODE_PART = re.compile(r"\n[ \t]*\n")


class _Open:
    """A block that has begun; `at` is set by the first thing written in it."""

    __slots__ = ("at", "kind", "layout", "level", "parts")

    def __init__(self, kind: Kind, level: int, *, layout: bool) -> None:
        self.kind = kind
        self.level = level
        self.layout = layout
        """A table that only arranges the page: its cells are blocks of their own."""
        self.at: int | None = None
        self.parts: list[int] = []


class TextBuilder:
    """Collapses white space as HTML does, and puts no separator before there is something to separate."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._tables: list[_Open] = []
        self._lists: list[_Open] = []
        self._others: list[_Open] = []
        self._waiting: list[_Open] = []
        """Those of the open blocks in which nothing was written yet."""
        self._blocks: list[Block] = []
        self._gap = ""
        """What is to stand before the next word: a space, a cell's bar, a line end, a blank line."""
        self._bullet = ""
        self._part_of: _Open | None = None

    @property
    def in_table(self) -> bool:
        """Whether the innermost table is one of data."""
        return bool(self._tables) and not self._tables[-1].layout

    @property
    def table_depth(self) -> int:
        """How many tables are open."""
        return len(self._tables)

    def write(self, text: str) -> None:
        """Running text; white space is kept in code only."""
        if self._open and self._open[-1].kind == "code":
            if core := text.rstrip("\n"):
                self._put(core)
            # Held back: line ends at the end of code are not part of it.
            self._gap += "\n" * (len(text) - len(core))
            return
        words = _SPACE.sub(" ", text)
        if words.startswith(" ") and not self._gap:
            self._gap = " "
        if core := words.strip(" "):
            self._put(core)
            if words.endswith(" "):
                self._gap = " "

    def end_line(self) -> None:
        """A line end within a block; in a row of a table, where the line is the row, a space."""
        if self._gap in {"", " "}:
            self._gap = " " if self.in_table else "\n"

    def break_block(self) -> None:
        """What follows is a paragraph of its own; within lists and tables, a line."""
        if self.in_table:
            self._gap = self._gap or " "
        elif self._lists:
            self._gap = self._gap if self._gap == "\n\n" else "\n"
        else:
            self._gap = "\n\n"

    def next_cell(self, *, block: bool) -> None:
        """A cell: after a bar, unless it is the row's first; a block in a table that only arranges the page."""
        if block:
            self.break_block()
        elif "\n" not in self._gap:
            self._gap = " | "

    def next_row(self) -> None:
        """A row of a table of data is a line."""
        if self.in_table:
            table = self._tables[-1]
            self._gap = "\n" if table.at is not None else "\n\n"
            self._part_of = table

    def next_item(self, *, bullet: str) -> None:
        """An item begins, indented by its depth (to a limit: depth is the page's to choose)."""
        if self._lists:
            self._bullet = "  " * min(len(self._lists) - 1, 8) + bullet
            self._part_of = self._lists[-1]

    def open(self, kind: Kind, level: int = 0, *, layout: bool = False) -> None:
        """A block begins; it ends with the matching `close`."""
        block = _Open(kind, level, layout=layout)
        self._open.append(block)
        self._waiting.append(block)
        self._nesting(kind).append(block)

    def close(self) -> None:
        """The innermost block ends."""
        block = self._open.pop()
        self._nesting(block.kind).pop()
        if self._waiting and self._waiting[-1] is block:
            self._waiting.pop()
        self._bullet = ""
        within = block.kind in {"heading", "code"} and self._others
        # Code in code, thousands deep, is one piece of code: to look at each would take quadratic time.
        if block.at is None or block.layout or within:
            return
        title, parts = "", tuple(block.parts)
        if block.kind in {"heading", "code"}:
            content = self._since(block.at)
            title = content if block.kind == "heading" else ""
            if block.kind == "code":
                parts = tuple(block.at + found.end() for found in _CODE_PART.finditer(content))
        self._blocks.append(Block(block.kind, block.at, self._length, block.level, title, parts))

    def _nesting(self, kind: Kind) -> list[_Open]:
        return {"table": self._tables, "list": self._lists}.get(kind, self._others)

    def built(self) -> tuple[str, tuple[Block, ...]]:
        """Everything written, and the blocks in order of their start, outer before inner."""
        return "".join(self._pieces), tuple(sorted(self._blocks, key=lambda block: (block.start, -block.end)))

    def _put(self, text: str) -> None:
        if self._length:
            self._append(self._gap)
        self._gap = ""
        for block in self._waiting:
            block.at = self._length
        self._waiting.clear()
        if self._part_of is not None:
            self._part_of.parts.append(self._length)
            self._part_of = None
        self._append(self._bullet + text)
        self._bullet = ""

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _since(self, start: int) -> str:
        """What was written from `start` on, found from the end: a block is near it."""
        taken, length = [], self._length
        for piece in reversed(self._pieces):
            if length <= start:
                break
            taken.append(piece)
            length -= len(piece)
        return "".join(reversed(taken))[start - length :]
