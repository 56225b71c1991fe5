"""Texts that guardrails look at in, the same with their embeddings out, where a rule asks and the model is here."""

import asyncio
import dataclasses
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final, Protocol

from agents.ports import Subject
from infra.models.catalogue import chosen_model
from infra.onnx_embedder import OnnxEmbedder, open_embedder
from infra.settings import Settings
from schemas.failures import ConfigurationError
from schemas.guardrails import Stage
from streams.cli.output import stderr

AT_ONCE: Final = 32
"""Texts that are embedded together."""


class UsesVectors(Protocol):
    """What is asked whether a text's embedding is of use."""

    def uses_vector(self, tenant: str, stage: Stage) -> bool: ...


class Vectors:
    """The embedder that the settings choose, opened when a rule first asks for a vector.

    Nothing is fetched: a check must work on a machine without a network, and most rules need no model. When the model
    is not here the rules go without, and a person is told so once.
    """

    def __init__(self, settings: Settings, stack: AsyncExitStack, *, machine: bool) -> None:
        """`stack` closes the embedder."""
        self._settings = settings
        self._stack = stack
        self._machine = machine
        self._tried = False
        self._embedder: OnnxEmbedder | None = None

    @property
    def embedder_id(self) -> str | None:
        """Of the embedder in use; None while no rule has asked, and when there is no model."""
        return self._embedder.embedder_id if self._embedder else None

    async def filled(self, subjects: Sequence[Subject], *guards: UsesVectors) -> list[Subject]:
        """The same subjects, in their order."""
        if not self._tried and any(_asks(each, guards) for each in subjects):
            self._tried = True
            await self._open()
        return list(await asyncio.gather(*(self._filled(each, guards) for each in subjects)))

    async def _filled(self, subject: Subject, guards: Sequence[UsesVectors]) -> Subject:
        if self._embedder is None or not _asks(subject, guards):
            return subject
        # A lone surrogate, which JSON can write, is no character for a tokenizer.
        text = subject.text.encode("utf-8", "replace").decode("utf-8")
        vector, _ = await self._embedder.embed_question(text)
        return dataclasses.replace(subject, vector=vector, embedder_id=self._embedder.embedder_id)

    async def _open(self) -> None:
        try:
            self._embedder = await asyncio.to_thread(
                lambda: open_embedder(self._settings, chosen_model(self._settings))
            )
        except ConfigurationError as error:
            if not self._machine:
                stderr().print(f"rules that use a question's embedding go without it: {error}", soft_wrap=True)
        else:
            self._stack.callback(self._embedder.close)


def _asks(subject: Subject, guards: Sequence[UsesVectors]) -> bool:
    return any(guard.uses_vector(subject.tenant, subject.stage) for guard in guards)
