"""An answer in, what of it stands on which document out."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from schemas.answers import Answer, AnswerServed, Citation
from schemas.event import derive_id
from schemas.lineage import DocumentCited, Quoted

MOST_QUOTES = 64


async def cite(answer: Answer) -> Sequence[DocumentCited]:
    """One `DocumentCited` for each document that a served answer cites; nothing for any other outcome."""
    return tuple(_cited(answer)) if isinstance(answer, AnswerServed) else ()


def _cited(answer: AnswerServed) -> Iterator[DocumentCited]:
    for doc_id, citations in groupby(sorted(answer.citations, key=_doc_id), _doc_id):
        quotes = (
            Quoted(chunk_id=each.chunk_id, revision=each.revision, span=each.span, quote=each.quote)
            for each in citations
        )
        yield DocumentCited(
            event_id=derive_id("cited", answer.tenant, answer.answer_id, doc_id),
            tenant=answer.tenant,
            at=answer.at,
            doc_id=doc_id,
            answer_id=answer.answer_id,
            query_id=answer.query_id,
            quotes=tuple(dict.fromkeys(quotes))[:MOST_QUOTES],
        )


def _doc_id(citation: Citation) -> str:
    return citation.doc_id
