"""A question with passages in, one score for each out, on ONNX Runtime (port `Reranker`): a cross-encoder.

Question and passage go through the model together, so it sees which words of one belong to which of the other (Nogueira
and Cho, "Passage Re-ranking with BERT", 2019). That costs a run for each pair, so it is for a few candidates only.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from infra.models.catalogue import find_model
from infra.models.model_folder import ModelFolder
from infra.onnx_engine import OnnxEngine
from infra.onnx_rows import Ids, Row
from infra.onnx_session import open_session
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_tokenizer, pad_id
from schemas.failures import ConfigurationError, PermanentError

WARM_UP: Final = "warm-up"


class OnnxReranker:
    """One session, one queue of runs. Every run is urgent: somebody waits for each."""

    def __init__(self, model: ModelFolder, session: Any, tokenizer: Tokenizer, settings: EmbedderSettings) -> None:
        """Raises `ConfigurationError` for another kind of model, and for inputs that nobody here can fill."""
        if model.manifest.kind != "reranker":
            raise ConfigurationError(f"the model in {model.path} is an {model.manifest.kind} and scores no pairs")
        self.reranker_id = model.model_id
        self.max_tokens = model.manifest.max_tokens
        self._tokenizer = tokenizer
        self._special: int = tokenizer.num_special_tokens_to_add(is_pair=True)
        self._engine = OnnxEngine(
            "onnx-reranker", model, session, settings, pad_id=pad_id(tokenizer, model), finish=self._finished
        )

    async def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts,), in their order: the model's logit, any finite number, higher for what answers better.

        A text is cut where the pair exceeds the model's limit; a question keeps half of that limit at most. Raises
        `PermanentError` for scores that are no numbers. Cancelling the caller drops its pairs that have not begun.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        return await self._engine.run(await asyncio.to_thread(self._paired, question, texts), urgent=True)

    def warm_up(self) -> None:
        """The first run allocates. Raises `PermanentError` when the model does not give one score for a pair."""
        self._engine.run_now(self._paired(WARM_UP, [WARM_UP]))

    def close(self) -> None:
        """Finish what was asked for, then end the threads; later calls raise `RuntimeError`."""
        self._engine.close()

    def _paired(self, question: str, texts: Sequence[str]) -> list[Row]:
        """Rows as the tokenizer's own template joins two texts: `[CLS] question [SEP] text [SEP]`, types 0 and 1."""
        asked, *rest = self._tokenizer.encode_batch([question, *texts], add_special_tokens=False)
        room = self.max_tokens - self._special
        most = min(len(asked.ids), room // 2)
        joined = (self._tokenizer.post_process(asked, passage) for passage in rest)
        return [_cut(pair, len(asked.ids), most, room - most) for pair in joined]

    def _finished(self, output: NDArray[np.floating], mask: Ids) -> NDArray[np.float32]:
        logits = np.asarray(output, np.float32)
        if logits.size != len(mask):
            raise PermanentError(
                f"{self.reranker_id} gave shape {logits.shape}, not a score for each of {len(mask)} pairs"
            )
        if not np.isfinite(logits).all():
            raise PermanentError(f"{self.reranker_id} gave scores that are not numbers")
        return logits.reshape(-1)


def _cut(pair: Encoding, asked: int, most: int, further: int) -> Row:
    """Special tokens, `most` of the `asked` tokens of the question, and after them `further` tokens of the passage.

    Not by `Encoding.truncate`: it keeps what it cuts off, and joining then pairs all pieces of the one with all pieces
    of the other, seconds for a long question. Nor by `sequence_ids`, which a template leaves out for the question.
    """
    places = [place for place, special in enumerate(pair.special_tokens_mask) if not special]
    dropped = {*places[most:asked], *places[asked + further :]}
    ids, types = pair.ids, pair.type_ids
    kept = [place for place in range(len(ids)) if place not in dropped]
    return Row([ids[place] for place in kept], [types[place] for place in kept])


def configured_reranker(settings: Settings) -> OnnxReranker | None:
    """The one that the settings name, ready for use; None where they name none.

    Raises `ConfigurationError` when there is no such model or it is no reranker.
    """
    if settings.reranker.model is None:
        return None
    try:
        return open_reranker(find_model(settings, settings.reranker.model), settings.embedder)
    except ConfigurationError as error:
        raise ConfigurationError(f"RAGSTREAM_RERANKER__MODEL cannot be used: {error}") from error


def open_reranker(model: ModelFolder, settings: EmbedderSettings) -> OnnxReranker:
    """A session on the device that the settings ask for, warmed up.

    Raises `ConfigurationError` when there is none, or when the model does not give one score for a pair.
    """
    reranker = OnnxReranker(model, open_session(model, settings), open_tokenizer(model), settings)
    try:
        reranker.warm_up()
    except PermanentError as error:
        reranker.close()
        raise ConfigurationError(f"the model in {model.path} is no reranker: {error}") from error
    return reranker
