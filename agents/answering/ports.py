"""What the answering feature is given: ports of the world, some of which it can do without."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agents.ports import (
    Clock,
    Conversations,
    Embedder,
    EmbeddingSpace,
    Experimenter,
    Generator,
    Guard,
    Index,
    Releaser,
    Reranker,
    Rewriter,
)
from agents.tracer import UNTRACED, Tracer


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
    experimenter: Experimenter | None = None
    """None tries nothing on anybody."""
    generators: Mapping[str, Generator] = field(default_factory=dict)
    """Those that an experiment may name instead of `generator`."""
    spaces: Mapping[str, EmbeddingSpace] = field(default_factory=dict)
    """Embedders, with their indexes, that an experiment may name instead of `embedder` and `index`."""
    guard_with: Callable[[str], Guard | None] | None = None
    """The guard with the policy of that name in place of the default one; None for a policy that nobody published."""
    tracer: Tracer = UNTRACED
    """Who is told how the work goes."""
