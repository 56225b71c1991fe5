"""A sentence as it stands in a document in, the same words without Markdown's and HTML's marks out.

Only marks go, never words, so that the text an asker reads says what the quote says. What stands in backticks stays.
Every pattern is bounded: a hostile passage costs no more than a plain one.
"""

import re

_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\](?:\([^()\s]{0,2000}(?:[ ]\"[^\"\n]{0,300}\")?\)|\[[^\[\]\n]{0,100}\])")
_LINK = re.compile(r"\[([^\[\]\n]{0,300})\]\([^()\s]{0,2000}(?:[ ]\"[^\"\n]{0,300}\")?\)")
_ATTRIBUTES = re.compile(r"\{[ ]?[#.:][^{}\n]{0,100}\}")
_LINE_START = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•‣◦][ \t]+(?=\S)|\(?[0-9]{1,3}[.)][ \t]+(?=\S))+", re.MULTILINE
)
_EMPHASIS = re.compile(r"(?<!\w)(\*\*\*|\*\*|__|\*|_)(?=\S)([^*_\n`]{1,500}?)(?<=\S)\1(?!\w)")
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|code|dd|details|dfn|div|dl|dt|em|i|img|kbd|li|ol|p|small|span|strong|sub|summary|sup|u|ul)"
    r"(?:\s[^<>\n]{0,500})?/?>|<!--[^<>]{0,500}-->",
    re.IGNORECASE,
)
_CODE = re.compile(r"(`[^`\n]*`)")
_WHITE = re.compile(r"\s+")


def readable(sentence: str) -> str:
    """`sentence` in one line, without marks of emphasis, lists, headings, links, images and tags; may be empty."""
    text = _LINE_START.sub("", _ATTRIBUTES.sub("", _LINK.sub(r"\1", _IMAGE.sub("", sentence))))
    pieces = _CODE.split(text)
    pieces[::2] = [_EMPHASIS.sub(r"\2", _TAG.sub("", piece)) for piece in pieces[::2]]
    return _WHITE.sub(" ", "".join(pieces)).strip()
