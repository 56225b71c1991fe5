"""Paragraphs and questions in, a report of how well they are answered through the whole pipeline out, with curves."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from agents.planning.parse import parse
from infra.settings import Settings
from schemas.answers import Answer
from streams.cli.answer_curve import Point, Seen, at_gold, ours, plain_similarity, see
from streams.cli.answer_figures import Judged, check_citations, figures
from streams.cli.answers_asked import ask_through_kafka
from streams.cli.curve_plot import Curves
from streams.cli.eval_asker import opened_asker
from streams.cli.eval_corpus import check_readable, forget_corpus, index_corpus
from streams.cli.eval_questions import Asker
from streams.cli.output import stderr
from streams.cli.sending import Sending, counting
from streams.cli.settings import kafka_of
from streams.cli.squad import JudgedQuestion, SquadFolder
from streams.client import RagstreamClient
from streams.composition import answering_options

GOLDS: Final = (0.85, 0.8, 0.75, 0.7, 0.6)
"""Shares of right answers at which the curves are told in numbers."""
OURS: Final = "best sentence judged"
PLAIN: Final = "plain similarity"


@dataclass(frozen=True)
class AnswersEvaluation:
    """One run of `ragstream eval answers`."""

    settings: Settings
    squad: SquadFolder
    questions: tuple[JudgedQuestion, ...]
    others: tuple[str, ...]
    """Questions of another corpus."""
    sending: Sending
    at_once: int
    timeout_s: float

    async def run(self, *, forget: bool) -> tuple[dict[str, Any], Curves]:
        """Report and curves. With `forget` the documents are withdrawn afterwards, also when measuring failed."""
        try:
            return await self._measure()
        finally:
            if forget:
                await forget_corpus(self.squad, self.sending)

    async def _measure(self) -> tuple[dict[str, Any], Curves]:
        async with opened_asker(self.settings, self.squad.tenant, machine=self.sending.machine) as asker:
            embedder_id = asker.embedder.embedder_id
            tally = await index_corpus(self.squad, self.sending)
            await check_readable(self.settings, self.squad.tenant, embedder_id, tally.chunks)
            answered = await self._ask()
            seen = await self._see(asker)
        curves = {OURS: ours(seen), PLAIN: plain_similarity(seen)}
        return {"embedder_id": embedder_id, **self._report(answered), "curves": numbers(curves)}, curves

    async def _ask(self) -> list[Answer]:
        """Answers to the questions, then to those of another corpus."""
        texts = [*(each.text for each in self.questions), *self.others]
        bootstrap, namespace = kafka_of(self.settings), self.settings.namespace
        async with RagstreamClient(bootstrap, namespace=namespace, source="ragstream-cli") as client:
            with self._counted("asked", len(texts)) as one_more:
                return await ask_through_kafka(
                    client, self.squad.tenant, texts, at_once=self.at_once, timeout_s=self.timeout_s, asked=one_more
                )

    async def _see(self, asker: Asker) -> list[Seen]:
        options, seen = answering_options(self.settings), []
        with self._counted("weighed for the curves", len(self.questions)) as one_more:
            for question in self.questions:
                seen.append(await see(question, asker, options))
                one_more()
        return seen

    def _report(self, answered: Sequence[Answer]) -> dict[str, Any]:
        count = len(self.questions)
        judged = [Judged(*pair) for pair in zip(self.questions, answered[:count], strict=True)]
        texts = {document.doc_id: parse(document).text for document in self.squad.documents()}
        return {
            "tenant": self.squad.tenant,
            "documents": len(self.squad.paragraphs),
            "questions": count,
            "at_once": self.at_once,
            "min_answerability": answering_options(self.settings).min_answerability,
            **figures(judged, answered[count:]),
            "checked": check_citations(answered, texts),
        }

    @contextmanager
    def _counted(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        with counting(machine=self.sending.machine) as bar:
            if bar.disable and not self.sending.machine:
                stderr().print(f"{what}: {total:,} questions")
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)


def numbers(curves: Curves) -> dict[str, list[dict[str, float]]]:
    """Of each curve its points at `GOLDS`, as far as it reaches."""
    return {
        name: [_number(gold, point) for gold in GOLDS if (point := at_gold(curve, gold))]
        for name, curve in curves.items()
    }


def _number(gold: float, point: Point) -> dict[str, float]:
    return {"asked_for": gold, **point._asdict()}
