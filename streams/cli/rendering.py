"""An answer in, what a person reads out: text, numbered citations, freshness and timings."""

from rich.console import Console
from rich.text import Text

from schemas.answers import (
    Answer,
    AnswerAbstained,
    AnswerBlocked,
    AnswerDelta,
    AnswerFailed,
    AnswerServed,
    Citation,
    QuestionBlocked,
)
from streams.cli.output import plain

QUOTE_CHARACTERS = 240


class StreamedText:
    """Prints an answer's text as it is released. Nothing of it can steer the terminal."""

    def __init__(self, console: Console, aside: Console) -> None:
        """`aside` is told when the text begins anew."""
        self.text = ""
        """What is shown of the last attempt."""
        self._console = console
        self._aside = aside
        self._attempt = 0

    def show(self, piece: AnswerDelta) -> None:
        """Print one piece."""
        if piece.attempt > self._attempt:
            self._attempt = piece.attempt
            self._begin_anew()
        self._print(piece.text)

    def finish(self, answer: Answer) -> None:
        """Print what is missing of the text; or that what was shown is void, where it is no part of the answer."""
        if self.text and isinstance(answer, AnswerServed) and answer.text.startswith(self.text):
            self._print(answer.text[len(self.text) :])
            self._console.print()
        else:
            self._begin_anew()

    def _begin_anew(self) -> None:
        if not self.text:
            return  # the attempts before showed nothing
        self._console.print()
        self._aside.print("the answer begins anew; what was shown so far is void", soft_wrap=True)
        self.text = ""

    def _print(self, text: str) -> None:
        self.text += text
        self._console.print(Text(plain(text)), end="", soft_wrap=True)


def render_answer(console: Console, answer: Answer, *, shown: str = "") -> None:
    """Print one answer, without its text where that was `shown` before. Nothing of it can steer the terminal."""
    if isinstance(answer, AnswerServed):
        if shown != answer.text:
            console.print(Text(plain(answer.text)))
        for number, citation in enumerate(answer.citations, 1):
            console.print()
            for line in citation_lines(number, citation):
                console.print(line)
        if answer.findings:
            console.print()
        _print_findings(console, answer)
    else:
        console.print(Text(plain(_instead(answer)), style="yellow"))
        _print_findings(console, answer)
        if isinstance(answer, AnswerAbstained) and answer.looked_at:
            best = max(answer.looked_at, key=lambda each: each.similarity)
            count = len(answer.looked_at)
            passages = "1 passage was" if count == 1 else f"{count} passages were"
            said = f"{passages} looked at; the nearest ({best.similarity:.2f}) is in"
            console.print(Text(plain(f"  {said} {best.doc_id}")))
    console.print()
    console.print(Text(facts_line(answer), style="dim"))


def _print_findings(console: Console, answer: Answer) -> None:
    for said in dict.fromkeys((finding.rule, finding.reason) for finding in answer.findings):
        console.print(Text(plain(f"  {': '.join(said)}")))


def citation_lines(number: int, citation: Citation) -> list[Text]:
    """Number, title and path of sections, where the document is; and the quote under it."""
    path = [citation.title or citation.doc_id, *citation.heading]
    if citation.heading and citation.heading[0] == citation.title:
        path = list(citation.heading)
    quote = " ".join(citation.quote.split())
    if len(quote) > QUOTE_CHARACTERS:
        quote = quote[: QUOTE_CHARACTERS - 1] + "…"
    where = Text(plain(f"[{number}] {' > '.join(path)}"), style="bold")
    where.append(plain(f"  {citation.uri or citation.doc_id}"), style="not bold dim")
    return [where, Text(plain(f"    “{quote}”"))]


def facts_line(answer: Answer) -> str:
    """The id, by which feedback names an answer, freshness and timings, in one line."""
    facts = [f"answer {answer.answer_id}"]
    if answer.freshness_ms is not None:
        facts.append(f"newest evidence {human_ms(answer.freshness_ms)} old")
    facts += [f"{stage} {spent:.0f} ms" for stage, spent in answer.timings_ms.items()]
    return " · ".join(facts)


def human_ms(milliseconds: float) -> str:
    """A duration in the unit that a person would use."""
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)):
        if milliseconds >= size:
            return f"{milliseconds / size:.1f} {unit}"
    return f"{milliseconds:.0f} ms"


def _instead(answer: Answer) -> str:
    reason = (
        answer.reason if isinstance(answer, AnswerAbstained | QuestionBlocked | AnswerBlocked | AnswerFailed) else ""
    )
    said = {
        AnswerAbstained: "Nothing in the index supports an answer",
        QuestionBlocked: "The question was blocked",
        AnswerBlocked: "An answer was drafted and blocked",
        AnswerFailed: "No answer could be made",
    }[type(answer)]
    return f"{said}: {reason}" if reason else f"{said}."
