"""What the answering feature is given: ports of the world, some of which it can do without."""

from dataclasses import dataclass

from agents.ports import Clock, Conversations, Embedder, Generator, Guard, Index, Releaser, Reranker, Rewriter


@dataclass(frozen=True)
class AnsweringPorts:
    """Everything that an answer can need."""

    embedder: Embedder
    index: Index
    clock: Clock
    generator: Generator
    reranker: Reranker | None = None
    """None leaves the order of the search."""
    guard: Guard | None = None
    """None lets every text pass."""
    conversations: Conversations | None = None
    """None takes every question on its own."""
    rewriter: Rewriter | None = None
    """None takes every question as it stands."""
    releaser: Releaser | None = None
    """None releases nothing before the answer is whole."""
