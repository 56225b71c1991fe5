"""A question in, the passages that its asker may read out, with what the embedder had to say about the question."""

from dataclasses import dataclass

from agents.answering.collapse import collapse, to_fetch
from agents.answering.options import AnsweringOptions
from agents.answering.stopwatch import Stopwatch
from agents.ports import Embedder, Index
from schemas.answers import Finding
from schemas.passages import Passage, Search
from schemas.questions import QuestionAsked


@dataclass(frozen=True)
class Retrieved:
    """What was found for a question, and findings about it."""

    passages: tuple[Passage, ...]
    """Those to answer from, best first, at most `top_k`."""
    fetched: tuple[Passage, ...]
    """All that the index gave, best first."""
    findings: tuple[Finding, ...]


async def retrieve(
    question: QuestionAsked, embedder: Embedder, index: Index, options: AnsweringOptions, watch: Stopwatch
) -> Retrieved:
    """Embed and search. Tenant and groups come from the question itself and bound everything that can be found.

    Raises whatever the ports raise: `TransientError`, `PermanentError`.
    """
    with watch.measure("embed"):
        vector, cut = await embedder.embed_question(question.text)
    search = Search(
        tenant=question.tenant,
        text=question.text,
        groups=question.groups,
        filters=question.filters,
        top_k=to_fetch(question.top_k),
        mode=options.mode,
        fusion=options.fusion,
        alpha=options.alpha,
    )
    with watch.measure("search"):
        fetched = tuple(await index.search(search, vector))
    truncated = Finding(rule="question-truncated", reason="The question was cut to the length that the embedder takes.")
    passages = collapse(fetched, question.top_k, options.per_document)
    return Retrieved(passages, fetched, (truncated,) if cut else ())
