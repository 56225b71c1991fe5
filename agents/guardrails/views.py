"""One text in, the readings of it that rules look at out, each made once and only when a rule asks."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from agents.guardrails.decode import decoded, reversed_view, rotated
from agents.guardrails.normalise import closed_up, folded, unleeted, unmasked
from agents.guardrails.numeric import numeric_view
from agents.guardrails.view import View

__all__ = ["View", "Views"]

MAX_TRANSFORMED: Final = 20_000
"""A longer text is not read backwards and not by ROT13."""


class Views:
    """The readings of one text."""

    def __init__(self, text: str) -> None:
        self.raw = View(text)

    @cached_property
    def plain(self) -> View:
        """As a reader sees it: compatibility characters, accents, invisible characters and look-alikes folded."""
        return unmasked(folded(self.raw))

    @cached_property
    def numeric(self) -> View:
        """As rules for numbers and addresses read it: digits, dashes and spaces of every script as in ASCII."""
        return numeric_view(self.raw.text)

    @cached_property
    def decoded(self) -> tuple[View, ...]:
        """What is written in the text in code, folded as well."""
        return tuple(unmasked(folded(view)) for view in decoded(self.raw))

    @cached_property
    def disguised(self) -> tuple[View, ...]:
        """The plain and the decoded readings again, where words were spelt with gaps or with digits for letters."""
        return tuple(found for view in (self.plain, *self.decoded) for found in _undisguised(view))

    @cached_property
    def transformed(self) -> tuple[View, ...]:
        """The plain reading backwards and by ROT13: for patterns that are sure of what they find, nothing else."""
        if len(self.plain.text) > MAX_TRANSFORMED:
            return ()
        return (reversed_view(self.plain), rotated(self.plain))


def _undisguised(view: View) -> Iterator[View]:
    closed = closed_up(view)
    if closed is not view:
        yield closed
    letters = unleeted(closed)
    if letters is not closed:
        yield letters
