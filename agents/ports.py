"""What agents ask of the world: agent nouns, as narrow as their callers need. Adapters live in `infra/`."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from schemas.answers import AnswerDelta, Usage
from schemas.drafts import DraftPart, DraftTask, Turn
from schemas.experiments import Scalar
from schemas.guardrails import PolicyPublished, Stage, Verdict
from schemas.passages import IndexedChunk, MovedChunk, Passage, Search, StoredChunk
from schemas.prompts import ChatSettings, Message, PromptLabelled, PromptPublished
from schemas.questions import QuestionAsked

A = TypeVar("A")
B = TypeVar("B")

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (texts, dimension), float32, each row L2-normalised."""

Clock: TypeAlias = Callable[[], datetime]
"""Now, aware and in UTC. Bound into handlers that measure or keep deadlines; a step never gets one."""


class Together(Protocol):
    """Waits for two calls at once, by whatever means the driver has."""

    async def __call__(self, first: Callable[[], Awaitable[A]], second: Callable[[], Awaitable[B]]) -> tuple[A, B]:
        """Both results. Raises the first error of a call, once both have ended."""
        ...


class TokenCounter(Protocol):
    """Counts tokens as the embedder does."""

    @property
    def max_tokens(self) -> int:
        """Most tokens that the model takes, special tokens included."""
        ...

    def token_ends(self, text: str) -> Sequence[int]:
        """End offset in characters (Unicode code points) of each token of `text`, without special tokens."""
        ...


class Embedder(Protocol):
    """Texts to vectors."""

    @property
    def embedder_id(self) -> str:
        """Name and content hash: two embedders with equal ids give comparable vectors."""
        ...

    @property
    def dimension(self) -> int: ...

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in order. Raises `PermanentError` for a text over the limit: nothing is cut silently."""
        ...

    async def embed_question(self, text: str) -> tuple[Vectors, bool]:
        """Shape (1, dimension), and whether the text had to be cut to the model's limit."""
        ...


class Reranker(Protocol):
    """A question and texts to how well each answers it, read together."""

    @property
    def reranker_id(self) -> str:
        """Name and content hash: with equal ids the same question and text have the same score."""
        ...

    async def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts,), in their order: finite numbers of any size, higher is better; they compare within one call.

        Texts and questions of any length are taken; what is too long is cut. Raises `TransientError` when a model is
        unwell, `PermanentError` when it refuses this input for good.
        """
        ...


class Index(Protocol):
    """Where chunks are stored and found. Every write may be repeated; all are readable on return."""

    async def upsert(self, chunks: Sequence[IndexedChunk], vectors: Vectors) -> None:
        """Store chunks, replacing those with equal (tenant, chunk id).

        Raises `TransientError` when the store is unwell, `PermanentError` naming the chunks it refused.
        """
        ...

    async def move(self, moves: Sequence[MovedChunk]) -> None:
        """Give stored chunks a new place. Raises `PermanentError` naming the chunks that are not stored."""
        ...

    async def delete(self, tenant: str, chunk_ids: Sequence[str]) -> None:
        """Remove chunks; those not stored are no error. Returns when none of them can be found any more."""
        ...

    async def search(self, search: Search, vector: Vectors) -> Sequence[Passage]:
        """Best first, at most `top_k`, without duplicates, only what tenant, groups and filters allow."""
        ...

    def scan(self) -> AsyncIterator[tuple[str, StoredChunk]]:
        """Every stored chunk with its tenant, for audits."""
        ...


@dataclass(frozen=True)
class EmbeddingSpace:
    """An embedder with the index that its vectors are in, and no others."""

    embedder: Embedder
    index: Index


class Generator(Protocol):
    """Passages to a drafted answer. What it yields is checked by the caller, never trusted."""

    @property
    def generator_id(self) -> str:
        """Name and version: with the same id, question and passages, a deterministic generator drafts the same."""
        ...

    def draft(self, task: DraftTask) -> AsyncGenerator[DraftPart, None]:
        """Claims about the question, each as soon as it is whole; `DraftEnded` is the last part.

        Raises `TransientError` when a model is unwell, `PermanentError` when it refuses this input for good. Closing
        the generator gives the work up.
        """
        ...


class ChatModel(Protocol):
    """Messages to text: a language model behind its own limits."""

    @property
    def model_id(self) -> str:
        """Name of the model and of where it runs, without anything secret."""
        ...

    def chat(
        self, messages: Sequence[Message], settings: ChatSettings, *, seconds_left: float
    ) -> AsyncGenerator[str | Usage, None]:
        """Pieces of text as they come; tokens read and written at the end.

        Waits for its turn where too many talk to the model already. Raises `TransientError` when the model is unwell,
        slow beyond `seconds_left`, or was unwell so often that it is left alone for a while; `PermanentError` when it
        refuses these messages for good. Closing the generator gives the work up.
        """
        ...


class PromptBook(Protocol):
    """The prompts that are in force right now."""

    def prompt(self, tenant: str, name: str, label: str) -> PromptPublished | None:
        """The version that `label` points at, or that it names itself; the tenant's own before the default tenant's."""
        ...

    def labels(self, tenant: str, name: str) -> Mapping[str, PromptLabelled]:
        """The tenant's own labels of a prompt, by what they are called."""
        ...


class PolicyBook(Protocol):
    """The guardrail policies that are in force right now."""

    def policies(self, tenant: str) -> Sequence[PolicyPublished]:
        """Those that apply to a tenant, the general ones first."""
        ...


@dataclass(frozen=True)
class Subject:
    """A text that guardrails look at, with what rules may want to know about it."""

    stage: Stage
    text: str
    tenant: str
    vector: Vectors | None = None
    """Shape (1, dimension): the text's embedding, where it is known anyway."""
    embedder_id: str = ""
    """Of the embedder that made `vector`: a rule that learnt from another one's vectors leaves it alone."""
    sources: tuple[str, ...] = ()
    """For an answer: the passages that it was drafted from."""
    instructions: str = ""
    """For an answer: what the model was told, which an answer must not give away."""


class Guard(Protocol):
    """Applies a tenant's policies to texts."""

    def check(self, subject: Subject) -> Verdict:
        """What the rules of `subject.stage` say. Never raises: a rule that breaks is a finding that says so."""
        ...

    def policies(self, tenant: str) -> tuple[str, ...]:
        """`name@version` of the policies that are in force for a tenant."""
        ...


@dataclass(frozen=True)
class Assigned:
    """What a question is part of: the arm of one experiment."""

    experiment: str
    """Its name; behind its tenant and a slash when that is not the question's."""
    arm: str
    unit: str
    overrides: Mapping[str, Scalar]
    """Of the arm: what is different for this question."""


class Experimenter(Protocol):
    """The experiments that run right now."""

    def assigned(self, question: QuestionAsked) -> Sequence[Assigned]:
        """Each that the question takes part in, by name: the same for the same unit while the experiments are."""
        ...


class Conversations(Protocol):
    """What was said before in a session."""

    async def turns(self, question: QuestionAsked) -> Sequence[Turn]:
        """The last turns of the question's session, oldest first: only of its own tenant and user."""
        ...


class Rewriter(Protocol):
    """Makes follow-up questions standalone."""

    async def standalone(self, question: str, turns: Sequence[Turn], *, tenant: str, seconds_left: float) -> str:
        """`question` as it must be put without `turns`, oldest first; unchanged when it makes sense on its own.

        Never raises: what cannot be made standalone comes back as it was.
        """
        ...


class Releaser(Protocol):
    """Sends pieces of answers to those who read along."""

    async def release(self, delta: AnswerDelta) -> None:
        """Returns when the piece is on its way; the pieces of one answer arrive in order."""
        ...


@dataclass(frozen=True)
class PartitionLag:
    """A partition with records that a role has yet to take in."""

    topic: str
    """The table's name, without a namespace."""
    partition: int
    records: int
    """1 or more."""
    oldest_at: datetime | None
    """Kafka's time of the oldest of them; None where it could not be read in time."""
    still_s: float
    """For how long, as far as that was seen, the role has made no progress there."""


class LagReader(Protocol):
    """Looks how far the roles are behind."""

    async def lags(self) -> Mapping[str, Sequence[PartitionLag]]:
        """Of every role the partitions with records before it. Raises `TransientError` when Kafka does not say."""
        ...


class Prober(Protocol):
    """Looks whether what ragstream depends on is there."""

    async def up(self) -> Mapping[str, bool]:
        """Of every dependency, by its name, whether it says that it serves. Never raises, and takes a second or so."""
        ...
