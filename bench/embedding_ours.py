"""Our own ways to embed, in a process of their own: the engine, and the bare session that bounds it.

A precision as argument; each JSON line on stdin asks for one measurement, each on stdout gives its seconds:
{"way": "engine"} or {"way": "bare", "threads", "runs", "tokens"}, with {"texts"}. For the bare session the texts are
tokenised, sorted and padded beforehand, and nothing but its runs is timed: `threads` of one run, `runs` at a time, at
most `tokens` in one, 0 being one text.
"""

import asyncio
import json
import resource
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnxruntime

from infra.models import ModelFolder, ensure_model
from infra.onnx_embedder import OnnxEmbedder, open_embedder
from infra.onnx_rows import Row, padded
from infra.onnx_session import CPU, SLOW_ON_CPU
from infra.settings import EmbedderSettings, Settings
from infra.token_counter import open_tokenizer

KIB_PER_MIB = 1_024


async def main() -> None:
    settings = Settings(embedder=EmbedderSettings.model_validate({"precision": sys.argv[1], "device": "cpu"}))
    model = await ensure_model(settings, lambda sentence: print(sentence, file=sys.stderr))
    embedder = open_embedder(settings, model)
    bare = Bare(model)
    _reply({"ready": embedder.embedder_id, "graph": str(model.graph)})
    for line in sys.stdin:
        asked = json.loads(line)
        texts = asked.pop("texts")
        way = asked.pop("way")
        seconds, vectors = await engine(embedder, texts) if way == "engine" else (bare.seconds(texts, **asked), None)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
        _reply({"seconds": seconds, "peak_rss_mib": round(peak), "vectors": vectors})


async def engine(embedder: OnnxEmbedder, texts: Sequence[str]) -> tuple[float, list[list[float]]]:
    """Seconds from strings to vectors, and the first vectors, which tell whether two ways do the same."""
    began = time.perf_counter()
    vectors = await embedder.embed_passages(texts)
    return time.perf_counter() - began, vectors[:4].tolist()


class Bare:
    """Sessions of one model, by their threads."""

    def __init__(self, model: ModelFolder) -> None:
        self._graph = str(model.graph)
        self._tokenizer = open_tokenizer(model)
        self._sessions: dict[int, Any] = {}

    def seconds(self, texts: Sequence[str], threads: int, runs: int, tokens: int) -> float:
        """Seconds for all runs over prepared feeds."""
        session = self._session(threads)
        feeds = iter(list(self._feeds(texts, tokens)))
        lock = threading.Lock()

        def work() -> None:
            while True:
                with lock:
                    feed = next(feeds, None)
                if feed is None:
                    return
                session.run(None, feed)

        workers = [threading.Thread(target=work) for _ in range(runs)]
        began = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return time.perf_counter() - began

    def _feeds(self, texts: Sequence[str], tokens: int) -> Iterator[dict[str, Any]]:
        rows = sorted((each.ids for each in self._tokenizer.encode_batch(list(texts))), key=len, reverse=True)
        batch: list[Row] = []
        for ids in rows:
            if batch and (len(batch) + 1) * len(batch[0].ids) > tokens:
                yield padded(batch, 0, (len(batch), len(batch[0].ids)))
                batch = []
            batch.append(Row(ids))
        yield padded(batch, 0, (len(batch), len(batch[0].ids)))

    def _session(self, threads: int) -> Any:
        if threads not in self._sessions:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            session = onnxruntime.InferenceSession(
                self._graph, options, providers=[CPU], disabled_optimizers=list(SLOW_ON_CPU)
            )
            session.run(None, padded([Row([101, 102])], 0, (1, 2)))  # the first run allocates
            self._sessions[threads] = session
        return self._sessions[threads]


def _reply(fields: dict[str, Any]) -> None:
    print(json.dumps(fields, default=np.ndarray.tolist), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
