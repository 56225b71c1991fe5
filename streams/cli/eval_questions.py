"""Questions in, rankings of documents and times out, by the code that answers search with.

The first places are what an answer would look at: as many passages as answers search for, reranked where they are. The
places after them, which only recall at a hundred sees, come from one deeper search that nobody waits for. The two are
one and the same ranking in a dense or lexical search; a hybrid one scales its scores by what it fetched, so a deeper
search would not order the first places as answers do.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from agents.answering import AnsweringOptions
from agents.answering.retrieve import retrieve, search_for
from agents.answering.stopwatch import Stopwatch
from agents.ports import Clock, Embedder, Index, Reranker
from schemas.passages import Mode, Passage
from schemas.questions import MAX_DEADLINE_MS, QuestionAsked
from streams.cli.beir import Judgements
from streams.cli.retrieval_metrics import DEPTH, Ranking, measured, percentiles

DEEP: Final = 4 * DEPTH
"""Passages of the deeper search; abstracts have two chunks on average."""
TIMED: Final = ("embed", "search", "rerank")
WARM_UP: Final = 5
"""First questions whose times are not counted, at most half of them: connections open and caches fill."""


@dataclass(frozen=True)
class Asker:
    """What answers search with."""

    embedder: Embedder
    index: Index
    reranker: Reranker | None
    clock: Clock
    tenant: str


@dataclass
class Answered:
    """Rankings of one way to search, and how long each question took."""

    options: AnsweringOptions
    rankings: dict[str, Ranking] = field(default_factory=dict)
    timings_ms: list[Mapping[str, float]] = field(default_factory=list)

    def row(self, judgements: Judgements) -> dict[str, Any]:
        """Mode, figures of `measured`, and percentiles of milliseconds for each stage."""
        hybrid = self.options.mode == "hybrid"
        told = {"alpha": self.options.alpha, "fusion": self.options.fusion} if hybrid else {}
        figures = {name: round(value, 5) for name, value in measured(self.rankings, judgements).items()}
        counted = self.timings_ms[min(WARM_UP, len(self.timings_ms) // 2) :]
        times = {
            f"{stage}_ms": percentiles(each[stage] for each in counted)
            for stage in TIMED
            if any(stage in each for each in counted)
        }
        return {"mode": self.options.mode, **told, **figures, **times}


def ways(base: AnsweringOptions, modes: Iterable[Mode], alphas: Sequence[float]) -> list[AnsweringOptions]:
    """One set of options for each mode, and for each alpha where it counts; else as answers have them."""
    found = []
    for mode in dict.fromkeys(modes):
        weights = dict.fromkeys(alphas) if mode == "hybrid" and alphas else [base.alpha]
        found += [replace(base, mode=mode, alpha=alpha) for alpha in weights]
    return found


async def ask_all(
    questions: Mapping[str, str], asker: Asker, options: AnsweringOptions, asked: Callable[[], None]
) -> Answered:
    """Every question, one after the other; `asked` is told of each. Raises what the ports raise."""
    answered = Answered(options)
    for question_id, text in questions.items():
        question = QuestionAsked(tenant=asker.tenant, query_id=question_id, text=text, at=asker.clock())
        ranking, timings = await ask(question, asker, options)
        answered.rankings[question_id] = ranking
        answered.timings_ms.append(timings)
        asked()
    return answered


async def ask(question: QuestionAsked, asker: Asker, options: AnsweringOptions) -> tuple[Ranking, Mapping[str, float]]:
    """Documents by their best passage, at most `DEPTH`, and milliseconds per stage."""
    watch = Stopwatch(asker.clock, question.at, MAX_DEADLINE_MS)
    with watch.measure("embed"):
        vector, _ = await asker.embedder.embed_question(question.text)
    found = await retrieve(question, vector, asker.index, options, watch, reranker=asker.reranker)
    rest = await asker.index.search(search_for(question, options, DEEP), vector)
    return documents([*found.fetched, *rest])[:DEPTH], watch.timings_ms()


def documents(passages: Iterable[Passage]) -> Ranking:
    """Ids of the passages' documents, each at the place of its best passage."""
    return list(dict.fromkeys(passage.doc_id for passage in passages))
