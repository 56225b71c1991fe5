"""A question and its vector in, the passages that its asker may read and that guardrails let pass out."""

from dataclasses import dataclass
from typing import Final

from agents.answering.collapse import collapse, to_fetch
from agents.answering.guarding import admit
from agents.answering.options import AnsweringOptions
from agents.answering.rerank import rerank
from agents.answering.stopwatch import Stopwatch
from agents.answering.telling import OURS, found, screened, strictest
from agents.language import language_of
from agents.ports import Guard, Index, Reranker, Vectors
from agents.tracer import Noted
from schemas import signals
from schemas.answers import Finding
from schemas.failures import PermanentError
from schemas.passages import Passage, Search
from schemas.questions import QuestionAsked

NOT_RERANKED: Final = Finding(
    rule="reranker-failed", reason="The reranker refused the passages; they are in the order of the search."
)


@dataclass(frozen=True)
class Retrieved:
    """What was found for a question, and findings about it."""

    passages: tuple[Passage, ...]
    """Those to answer from, best first, at most `top_k`."""
    shown: tuple[Passage, ...]
    """The same as a generator may read them, with what a guardrail redacted masked."""
    fetched: tuple[Passage, ...]
    """All that the index gave, best first, as the reranker put it where there is one."""
    findings: tuple[Finding, ...]
    policies: tuple[str, ...] = ()
    """Guardrail policies that passages were checked by."""
    reranker_id: str | None = None
    """Of the reranker whose order and scores these are; None for those of the search."""


async def retrieve(
    question: QuestionAsked,
    vector: Vectors,
    index: Index,
    options: AnsweringOptions,
    watch: Stopwatch,
    *,
    reranker: Reranker | None = None,
    guard: Guard | None = None,
) -> Retrieved:
    """Search, rerank, check and collapse. Tenant and groups come from the question and bound all that can be found.

    `vector`, shape (1, dimension), is the embedding of the question's text. Raises what the index raises,
    `TransientError` and `PermanentError`, and a reranker's `TransientError`.
    """
    top_k = max(question.top_k, options.candidates) if reranker else to_fetch(question.top_k)
    attributes: dict[str, Noted] = {
        signals.GEN_AI_OPERATION: "retrieval",
        signals.GEN_AI_PROVIDER: OURS,
        signals.GEN_AI_TOP_K: top_k,
        signals.SEARCH_MODE: options.mode,
    }
    with watch.measure("search", signals.RETRIEVAL, attributes, remote=True) as span:
        fetched = tuple(await index.search(search_for(question, options, top_k), vector))
        found(span, fetched)
    findings: tuple[Finding, ...] = ()
    reranked_by = None
    if reranker is not None and not watch.overdue():
        try:
            model = signals.model_of(reranker.reranker_id)
            noted = {signals.GEN_AI_REQUEST_MODEL: model}
            with watch.measure("rerank", signals.RERANK.format(model=model), noted) as span:
                fetched = await rerank(question.text, fetched, reranker)
                found(span, fetched)
            reranked_by = reranker.reranker_id
        except PermanentError:
            findings += (NOT_RERANKED,)
    with watch.measure("screen", signals.SCREEN) as span:
        admitted = admit(
            guard, question.tenant, fetched, lambda rest: collapse(rest, question.top_k, options.per_document)
        )
        screened(span, "passage", strictest(admitted.findings), admitted.findings)
        span.note({signals.KEPT: len(admitted.passages)})
    return Retrieved(
        admitted.passages, admitted.shown, fetched, findings + admitted.findings, admitted.policies, reranked_by
    )


def search_for(question: QuestionAsked, options: AnsweringOptions, top_k: int) -> Search:
    """What is asked of the index for a question: `top_k` passages within what its asker may read."""
    return Search(
        tenant=question.tenant,
        text=question.text,
        language=language_of(question.text),
        groups=question.groups,
        filters=question.filters,
        top_k=top_k,
        mode=options.mode,
        fusion=options.fusion,
        alpha=options.alpha,
    )
