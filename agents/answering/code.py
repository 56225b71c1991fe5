"""Lines of a document in, whether they are code out; and whether a question asks for code at all.

A fence says it for certain. A passage that was cut out of a long fence has none, so its lines are judged by how they
look: rules of thumb, wrong now and then in either direction. Only the first characters of a line are looked at.
"""

import re

_LOOKED_AT = 400
_MOST_LINES = 60
_INLINE = re.compile(r"`[^`\n]*`|\[[^\[\]\n]*\]\([^()\s]*\)")
"""Inline code and links: they do not make code of the prose around them."""
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
_PROSE = re.compile(r"(?:[^\W\d_]+,? ){3}[^\W\d_]+")
_STARTS = re.compile(
    r"\s*(?:[$>] ?[a-z./][\w./-]* |import [\w.]+;?$|from [\w.]+ import |import .* from [\"']|package [\w.]+;?$"
    r"|#include\b|(?:public|private|static|final|async|export|def|func|fn|class|struct) .*[({:;]$|@\w+(?:\(.*)?$|//"
    r"|echo ['\"$]|export [A-Z_]+=|[A-Z_]{3,}=\S|[\"'][\w.-]+[\"']\s*:\s*\S|[{}()\[\]]+[;,]?$)"
)
_ASSIGNS = re.compile(r"\s*(?:const |let |var )?[A-Za-z_][\w.\[\]]*(?:, \w+)? (?::=|[-+*/|]?=) \S")
_CLOSES = re.compile(r"(?:[{};]|\)[,;]|\\)$")
_SIGN = re.compile(r"[\w>\])]\(|\w\[|[\w\])\"] ?:?=(?!=)|[{}]|[-=]>|::|&&|\|\||[!=]=|\$\w|\w<\w|</")
_ENOUGH_SIGNS = 2
_ASKS_FOR_CODE = re.compile(
    r"\b(?:code|snippets?|examples?|commands?|scripts?|syntax|signature|one-?liner)\b"
    r"|`|\w_\w|\w\(|\b[a-z]+[A-Z]|(?<!\S)--?[a-z]|\b[A-Z]{2,}-?[0-9]",
)


def is_code(paragraph: str) -> bool:
    """Whether at least half of the lines that are not blank look like code."""
    lines = [line for line in paragraph.splitlines()[:_MOST_LINES] if line.strip()]
    return bool(lines) and 2 * sum(map(looks_like_code, lines)) >= len(lines)


def looks_like_code(line: str) -> bool:
    """Whether `line` begins as code does, or has its operators and no run of four words outside a string."""
    bare = _INLINE.sub("x", line[:_LOOKED_AT]).rstrip()
    if _STARTS.match(bare):
        return True
    if _PROSE.search(_STRING.sub("", bare)):
        return False
    signs = len(_SIGN.findall(bare))
    return signs >= _ENOUGH_SIGNS or (signs > 0 and bool(_CLOSES.search(bare) or _ASSIGNS.match(bare)))


def asks_for_code(question: str) -> bool:
    """Whether `question` wants an example or a command, or names an identifier that may stand in code only."""
    return _ASKS_FOR_CODE.search(question) is not None
