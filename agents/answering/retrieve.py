"""A question in, the passages that its asker may read out, with what the embedder had to say about the question."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.answering.options import AnsweringOptions
from agents.answering.stopwatch import Stopwatch
from agents.ports import Embedder, Index
from schemas.answers import Finding
from schemas.passages import Passage, Search
from schemas.questions import QuestionAsked


@dataclass(frozen=True)
class Retrieved:
    """Passages, best first, and findings about the question."""

    passages: Sequence[Passage]
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
        top_k=question.top_k,
        mode=options.mode,
        fusion=options.fusion,
        alpha=options.alpha,
    )
    with watch.measure("search"):
        passages = await index.search(search, vector)
    truncated = Finding(rule="question-truncated", reason="The question was cut to the length that the embedder takes.")
    return Retrieved(passages, (truncated,) if cut else ())
