"""A text and what stands above it in, one text for guardrails to look at out, and both again as a verdict leaves them.

A title or a heading reaches a language model and a reader as surely as the text below it, so it is looked at as well:
above the text, where a rule sees it in its surroundings.
"""

from dataclasses import dataclass
from typing import Final

from schemas.answers import Finding
from schemas.chunks import Span
from schemas.guardrails import Verdict

_BELOW: Final = "\n\n"


@dataclass(frozen=True)
class LabelledText:
    """Titles and headings, some of which may be empty, above a text."""

    labels: tuple[str, ...]
    text: str

    @property
    def whole(self) -> str:
        """What is to be looked at."""
        return f"{self._above}{self.text}"

    def masked(self, verdict: Verdict) -> tuple[tuple[str, ...], str]:
        """The labels and the text with a mask over what `verdict` on the whole redacts, each as long as before."""
        whole, labels, at = verdict.masked(self.whole), [], 0
        for label in self.labels:
            labels.append(whole[at : at + len(label)])
            at += len(label) + 1
        return tuple(labels) if self._above else self.labels, whole[len(self._above) :]

    def placed(self, finding: Finding) -> Finding:
        """A finding on the whole, with its span as one of the text; without one when it is not all in there."""
        span, above = finding.span, len(self._above)
        if span is None or not above:
            return finding
        inside = span.start >= above
        return finding.model_copy(
            update={"span": Span(start=span.start - above, end=span.end - above) if inside else None}
        )

    @property
    def _above(self) -> str:
        return "\n".join(self.labels) + _BELOW if any(self.labels) else ""
