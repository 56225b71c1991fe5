"""A session and rows of token ids in, one result a row out: what the embedder and the reranker share.

The event loop is never blocked: the session runs on threads of its own. On a CPU each thread takes one text at a time,
which pads nothing, stays within the processor's caches, and makes a text's vector independent of its neighbours; on a
GPU one thread takes as many as the token budget holds. docs/adr/0009 has the measurements.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from opentelemetry import metrics

from infra.models.cpu import cpu_quota
from infra.models.model_folder import ModelFolder
from infra.onnx_binding import BoundSession
from infra.onnx_queue import Results, RowQueue
from infra.onnx_rows import Ids, Row, padded
from infra.onnx_session import CPU
from infra.settings import EmbedderSettings
from schemas.failures import ConfigurationError
from schemas.metrics import MODEL, RUN_DURATION, RUN_SIZE
from schemas.signals import model_of

KNOWN_INPUTS: Final = {"input_ids", "attention_mask", "token_type_ids"}
INTEGERS: Final = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
"""What an exporter may make of ids and masks."""
MOST_WAITING: Final = 262_144
"""Tokens, of documents and of questions each, that may wait in the queue: some thousand chunks. More wait outside."""
GPU_BATCH_TOKENS: Final = 16_384
GPU_WIDTH: Final = 32
"""On a GPU widths are multiples of this, or the model's limit, and row counts powers of two: it keeps buffers for each
shape."""

_meter = metrics.get_meter("ragstream")
_duration, _tokens = RUN_DURATION.on(_meter), RUN_SIZE.on(_meter)

Finish = Callable[[Any, Ids], Results]
"""A run's first output and its attention mask in, one result for each of their rows out; raises for useless ones."""


@dataclass(frozen=True)
class Running:
    """What is actually in force, asked of the session and not of the settings."""

    model: str
    providers: Sequence[str]
    workers: int
    """Runs at a time."""
    max_batch_tokens: int
    """0: one text a run."""


class OnnxEngine:
    """One session, one queue."""

    def __init__(
        self, name: str, model: ModelFolder, session: Any, settings: EmbedderSettings, *, pad_id: int, finish: Finish
    ) -> None:
        """Raises `ConfigurationError` for a graph with inputs that nobody here can fill."""
        wanted = {each.name: each.type for each in session.get_inputs()}
        if unknown := {name for name, kind in wanted.items() if name not in KNOWN_INPUTS or kind not in INTEGERS}:
            raise ConfigurationError(f"{model.graph} has inputs that are not known: {', '.join(sorted(unknown))}")
        self._inputs = {name: INTEGERS[kind] for name, kind in wanted.items()}
        providers = list(session.get_providers())
        self._on_gpu = providers[0] != CPU
        budget = settings.max_batch_tokens
        self.running = Running(
            model=model.model_id,
            providers=providers,
            workers=1 if self._on_gpu else settings.threads or cpu_quota(),
            max_batch_tokens=budget if budget is not None else GPU_BATCH_TOKENS if self._on_gpu else 0,
        )
        self._session = BoundSession(session) if self._on_gpu else session
        self._most_tokens = model.manifest.max_tokens
        self._pad_id = pad_id
        self._finish = finish
        self._rooms = {urgent: _Room(MOST_WAITING) for urgent in (True, False)}
        self._queue = RowQueue(
            name,
            self._measured,
            workers=self.running.workers,
            max_tokens=self.running.max_batch_tokens,
            size=lambda number, width: math.prod(self._shape(number, width)),
            linger_s=settings.linger_ms / 1_000,
        )

    async def run(self, rows: Sequence[Row], *, urgent: bool) -> Results:
        """One result a row, in their order. Waits while the queue is full; urgent rows go ahead of all others.

        Raises what `finish` raises. Cancelling the caller drops its rows that have not begun.
        """
        async with self._rooms[urgent].held(sum(len(row.ids) for row in rows)):
            return await asyncio.wrap_future(self._queue.submit(rows, urgent=urgent))

    def _measured(self, rows: Sequence[Row]) -> Results:
        began = time.monotonic()
        results = self.run_now(rows)
        about = {MODEL.name: model_of(self.running.model)}
        _duration.record(time.monotonic() - began, about)
        _tokens.record(sum(len(row.ids) for row in rows), about)
        return results

    def run_now(self, rows: Sequence[Row]) -> Results:
        """One run with these rows, on the caller's thread."""
        feeds = padded(rows, self._pad_id, self._shape(len(rows), max(len(row.ids) for row in rows)))
        wanted = {name: feeds[name].astype(kind, copy=False) for name, kind in self._inputs.items()}
        output = self._session.run(None, wanted)[0]
        return self._finish(output[: len(rows)], feeds["attention_mask"][: len(rows)])

    def _shape(self, number: int, width: int) -> tuple[int, int]:
        """What a run of so many rows is padded to; never wider than the model has positions for."""
        if not self._on_gpu:
            return number, width
        rounded = -(-width // GPU_WIDTH) * GPU_WIDTH
        return 1 << (number - 1).bit_length(), max(width, min(rounded, self._most_tokens))

    def close(self) -> None:
        """Finish what was asked for, then end the threads; later calls raise `RuntimeError`."""
        self._queue.close()


class _Room:
    """A bound on what may be held at a time. A holding above the bound enters when it is alone.

    They enter in the order in which they came: else small ones could keep a large one out for ever.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._left = asyncio.Event()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def held(self, amount: int) -> AsyncIterator[None]:
        async with self._turn:
            while self._held and self._held + amount > self._limit:
                self._left.clear()
                await self._left.wait()
            self._held += amount
        try:
            yield
        finally:
            self._held -= amount
            self._left.set()
