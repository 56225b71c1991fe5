"""A question in, the passages that its asker may read out, with what the embedder had to say about the question."""

from dataclasses import dataclass
from typing import Final

from agents.answering.collapse import collapse, to_fetch
from agents.answering.options import AnsweringOptions
from agents.answering.rerank import rerank
from agents.answering.stopwatch import Stopwatch
from agents.language import language_of
from agents.ports import Embedder, Index, Reranker
from schemas.answers import Finding
from schemas.failures import PermanentError
from schemas.passages import Passage, Search
from schemas.questions import QuestionAsked

TRUNCATED: Final = Finding(
    rule="question-truncated", reason="The question was cut to the length that the embedder takes."
)
NOT_RERANKED: Final = Finding(
    rule="reranker-failed", reason="The reranker refused the passages; they are in the order of the search."
)


@dataclass(frozen=True)
class Retrieved:
    """What was found for a question, and findings about it."""

    passages: tuple[Passage, ...]
    """Those to answer from, best first, at most `top_k`."""
    fetched: tuple[Passage, ...]
    """All that the index gave, best first, as the reranker put it where there is one."""
    findings: tuple[Finding, ...]
    reranker_id: str | None = None
    """Of the reranker whose order and scores these are; None for those of the search."""


async def retrieve(
    question: QuestionAsked,
    embedder: Embedder,
    index: Index,
    options: AnsweringOptions,
    watch: Stopwatch,
    *,
    reranker: Reranker | None = None,
) -> Retrieved:
    """Embed, search, rerank and collapse. Tenant and groups come from the question and bound all that can be found.

    Raises whatever embedder and index raise, `TransientError` and `PermanentError`, and a reranker's `TransientError`.
    """
    with watch.measure("embed"):
        vector, cut = await embedder.embed_question(question.text)
    top_k = max(question.top_k, options.candidates) if reranker else to_fetch(question.top_k)
    search = search_for(question, options, top_k)
    with watch.measure("search"):
        fetched = tuple(await index.search(search, vector))
    findings: tuple[Finding, ...] = (TRUNCATED,) if cut else ()
    reranked_by = None
    if reranker is not None and not watch.overdue():
        try:
            with watch.measure("rerank"):
                fetched = await rerank(question.text, fetched, reranker)
            reranked_by = reranker.reranker_id
        except PermanentError:
            findings += (NOT_RERANKED,)
    return Retrieved(collapse(fetched, question.top_k, options.per_document), fetched, findings, reranked_by)


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
