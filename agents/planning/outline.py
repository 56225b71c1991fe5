"""Headings of a document in, the sections that any stretch of it lies in out."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TypeAlias

from agents.planning.document import Block, short

Path: TypeAlias = tuple[str, ...]


class Outline:
    """Section paths by offset; linear to make."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._starts: list[int] = []
        self._paths: list[Path] = []
        open_sections: list[tuple[int, str]] = []
        for block in blocks:
            if block.kind != "heading" or not block.title:
                continue
            while open_sections and open_sections[-1][0] >= block.level:
                open_sections.pop()
            open_sections.append((block.level, short(block.title)))
            self._starts.append(block.start)
            self._paths.append(tuple(title for _, title in open_sections))

    def path(self, start: int, end: int) -> Path:
        """Titles of the innermost section that holds all of the stretch, outermost first.

        Its own text names what lies between: several short sections in one chunk keep their headings in it.
        """
        first, last = bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)
        common = self._paths[first] if first >= 0 else ()
        for path in self._paths[first + 1 : last]:
            shared = 0
            while shared < min(len(common), len(path)) and common[shared] == path[shared]:
                shared += 1
            common = common[:shared]
        return common
