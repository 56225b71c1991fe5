"""HTML in, readable text and its blocks out.

resiliparse's own main-content extraction loses plain lists and headings' places, so its (lexbor) DOM is walked here:
deterministic, in one pass, and nothing that a reader sees is dropped but navigation. What no reader sees (scripts,
comments, hidden elements) is left out and counted.
"""

import re
from typing import Any

from resiliparse.parse.html import HTMLTree, NodeType

from agents.planning.document import ParsedDocument, first_heading
from agents.planning.text_builder import TextBuilder

_SKIPPED = frozenset(
    "script style template noscript head title nav iframe object svg math canvas audio video select button form "
    "input textarea dialog datalist".split()
)
_BREAKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer header hgroup "
    "html li main ol p section summary ul table caption tr tbody thead tfoot pre hr h1 h2 h3 h4 h5 h6".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])"
)
_LISTS = frozenset({"ul", "ol", "dl"})
_ITEMS = {"li": "- ", "dt": ""}
_BLOCKS_IN_CELLS = "table, h1, h2, h3, h4, h5, h6, pre, ul, ol, dl"
_DEEPEST_TABLE = 4
_OUTSIDE_MAIN = frozenset({"header", "footer", "aside"})
_SECTIONING = frozenset({"article", "main", "section"})


def parse_html(html: str) -> ParsedDocument:
    """Text of `<main>` (else of the body): paragraphs apart by a blank line, cells by ` | `, items with a bullet."""
    tree = HTMLTree.parse(html)
    root = tree.body.query_selector("main, [role=main]") or tree.body if tree.body is not None else None
    walk = _Walk()
    if root is not None:
        walk.over(root)
    text, blocks = walk.builder.built()
    title = " ".join((tree.title or "").split()) or first_heading(blocks)
    warnings = (f"Hidden elements were left out: {walk.hidden}.",) if walk.hidden else ()
    return ParsedDocument(text, blocks, title, warnings)


class _Walk:
    """Depth first without recursion: markup may be nested a hundred thousand deep."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.hidden = 0
        self._sections = 0

    def over(self, root: Any) -> None:
        node, leaving = root, False
        while True:
            if not leaving:
                descend = self._enter(node, is_root=node is root)
                child = node.first_child if descend else None
                if child is not None:
                    node = child
                    continue
                if descend:
                    self._leave(node)
            else:
                self._leave(node)
            if node is root or node == root:
                return
            following = node.next_sibling
            leaving = following is None
            node = node.parent if following is None else following

    def _enter(self, node: Any, *, is_root: bool) -> bool:
        """Whether to look inside."""
        if node.type == NodeType.TEXT:
            self.builder.write(node.value or "")
            return False
        if node.type != NodeType.ELEMENT:
            return False
        tag = node.tag
        if not is_root and self._is_left_out(node, tag):
            return False
        self._open(node, tag)
        return True

    def _is_left_out(self, node: Any, tag: str) -> bool:
        if tag in _SKIPPED or (tag in _OUTSIDE_MAIN and not self._sections):
            return True
        if node.getattr("role") == "navigation":
            return True
        style = node.getattr("style")
        hides = node.hasattr("hidden") or (style is not None and _HIDING.search(style.lower()[:2_000]) is not None)
        self.hidden += hides
        return hides

    def _open(self, node: Any, tag: str) -> None:
        builder = self.builder
        self._sections += tag in _SECTIONING
        if tag == "br":
            builder.end_line()
        elif tag == "img":
            builder.write(node.getattr("alt") or "")
        elif tag in {"td", "th"}:
            builder.next_cell(block=not builder.in_table)
        elif tag in _BREAKS:
            builder.break_block()
            self._open_block(node, tag)

    def _open_block(self, node: Any, tag: str) -> None:
        builder = self.builder
        if tag in _HEADINGS:
            builder.open("heading", _HEADINGS[tag])
        elif tag == "pre":
            builder.open("code")
        elif tag in _LISTS:
            builder.open("list")
        elif tag in _ITEMS:
            builder.next_item(bullet=_ITEMS[tag])
        elif tag == "table":
            builder.open("table", layout=self._arranges_the_page(node))
        elif tag == "tr":
            builder.next_row()

    def _leave(self, node: Any) -> None:
        tag = node.tag
        self._sections -= tag in _SECTIONING
        if tag in _BREAKS:
            self.builder.break_block()
            if tag in _HEADINGS or tag in _LISTS or tag in {"pre", "table"}:
                self.builder.close()
                self.builder.break_block()

    def _arranges_the_page(self, table: Any) -> bool:
        """Whether it has blocks in its cells. Asked of outer tables only: each answer may take a look at all of it."""
        return self.builder.table_depth >= _DEEPEST_TABLE or table.query_selector(_BLOCKS_IN_CELLS) is not None
