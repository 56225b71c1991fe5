"""A judged corpus in, its documents readable in the index out: sent to Kafka and waited for as anybody's are."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from infra.settings import Settings
from infra.weaviate_census import holdings
from schemas.documents import DocumentDeleted, DocumentUpserted
from schemas.failures import PermanentError
from schemas.index_log import DocumentIndexed
from streams.cli.sending import Sending
from streams.cli.tally import Tally
from streams.client_values import NotInTimeError, Outcome


class Corpus(Protocol):
    """Documents on disk that come with questions."""

    @property
    def tenant(self) -> str:
        """Where the documents are kept apart from everybody's."""
        ...

    def documents(self) -> Iterator[DocumentUpserted]: ...


@dataclass
class CorpusTally(Tally):
    """Counts of a corpus, and how many chunks it was cut into."""

    chunks: int = 0

    def add(self, outcome: Outcome) -> None:
        """As in `Tally`."""
        super().add(outcome)
        if isinstance(outcome.event, DocumentIndexed):
            counts = outcome.event.counts
            self.chunks += counts.embedded + counts.moved + counts.unchanged

    def checked(self) -> "CorpusTally":
        """The tally itself, when every document is readable or has no text at all.

        Raises `NotInTimeError` when time was up before all were indexed, `PermanentError` for those that failed.
        """
        if self.gave_up:
            raise NotInTimeError(self.gave_up)
        if self.counts["failed"]:
            reasons = "; ".join(line for line in self.as_lines() if line.startswith("failed"))
            raise PermanentError(f"of the corpus's documents {self.counts['failed']:,} cannot be indexed: {reasons}")
        return self

    def as_counts(self) -> dict[str, Any]:
        """What became of the documents, and their chunks."""
        return {kind: self.counts[kind] for kind in ("new", "changed", "unchanged", "skipped")} | {
            "chunks": self.chunks
        }


async def index_corpus(corpus: Corpus, sending: Sending) -> CorpusTally:
    """Send every document and wait for it. Raises what `CorpusTally.checked` and the client raise."""
    tally = CorpusTally()
    await sending.run(_upserts(corpus), tally)
    return tally.checked()


async def check_readable(settings: Settings, tenant: str, embedder_id: str, chunks: int) -> None:
    """Raises `PermanentError` unless Weaviate holds just so many chunks of the tenant under this embedder."""
    found = {each.embedder_id: each for each in await holdings(settings.weaviate, settings.namespace)}
    held = found[embedder_id].chunks.get(tenant, 0) if embedder_id in found else 0
    if held != chunks:
        raise PermanentError(
            f"planning counts {chunks:,} chunks of tenant {tenant}, and Weaviate holds {held:,} under embedder "
            f"{embedder_id}: start the workers with the settings of this command; if the index was emptied, run "
            "this again with --forget first"
        )


async def forget_corpus(corpus: Corpus, sending: Sending) -> None:
    """Withdraw every document and wait until none can be found. Raises as `index_corpus`."""
    tally = CorpusTally()
    await sending.run(_deletions(corpus), tally)
    tally.checked()


async def _upserts(corpus: Corpus) -> AsyncIterator[DocumentUpserted]:
    for document in corpus.documents():
        yield document


async def _deletions(corpus: Corpus) -> AsyncIterator[DocumentDeleted]:
    for document in corpus.documents():
        yield DocumentDeleted(doc_id=document.doc_id, tenant=document.tenant)
