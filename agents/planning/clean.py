"""Text as producers have it in, text that can be counted, stored and sent out; before any offset is computed.

Replacing instead of removing keeps words apart: what PDF extraction leaves as NUL was a bracket or a dash.
"""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]{0,32}[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_REPLACEMENT = "\ufffd"
BYTE_ORDER_MARK = "\ufeff"


def clean(text: str) -> tuple[str, list[str]]:
    """LF line ends, a form feed as a blank line, no control characters and no lone surrogates; and warnings."""
    warnings: list[str] = []
    if _SURROGATE.search(text):
        before = text.count(_REPLACEMENT)
        # Through UTF-16, so that two halves which belong together become one character.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if lone := text.count(_REPLACEMENT) - before:
            warnings.append(f"Lone surrogates were replaced by U+FFFD: {lone}.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\x0b", "\n")
    text = text.replace("\x0c", "\n\n").replace(BYTE_ORDER_MARK, "")
    text = _ANSI_COLOUR.sub("", text)
    text, controls = _CONTROL.subn(" ", text)
    if controls:
        warnings.append(f"Control characters were replaced by spaces: {controls}.")
    return text, warnings
