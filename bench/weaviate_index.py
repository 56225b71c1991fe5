"""Synthetic chunks in, a table out: what the index adapter costs over the bare client, on one server, in one run.

    python -m bench.weaviate_index [--chunks 20000] [--json]

Uses the Weaviate that RAGSTREAM_WEAVIATE__URL names, or starts a local one for the run. The bare client stores the
same texts without terms, readers and places, and searches without filters: the least that could be done.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from weaviate.classes.config import Configure, DataType, Property
from weaviate.classes.data import DataObject
from weaviate.classes.query import HybridFusion, MetadataQuery

from infra.local import stack
from infra.settings import Settings, WeaviateSettings
from infra.weaviate_connection import make_client
from infra.weaviate_index import WeaviateIndex
from schemas.chunks import Chunk, DocumentAttributes, Move, Span
from schemas.event import Origin, derive_id
from schemas.passages import IndexedChunk, MovedChunk, Search

DIMENSION = 384
WORDS_IN_CHUNK = 150
WORDS_IN_QUESTION = 8
VOCABULARY = 20_000
QUERIES = 200
SLICE = 256
CHANGED = 500
SETTLE_S = 60
"""Until the server has written its newest terms to disk; before that, a lexical search takes five times as long."""
TENANT = "bench"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report = asyncio.run(measure(arguments.chunks))
    if arguments.json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        print(f"{name:<44} {value:>10,.3g}" if value < 100 else f"{name:<44} {value:>10,.0f}")


async def measure(count: int) -> dict[str, float]:
    home = Path(tempfile.mkdtemp(prefix="ragstream-bench-"))
    settings = Settings(home=home, weaviate=WeaviateSettings())
    given = Settings().weaviate
    try:
        if given.url is not None:
            return await compare(given, count)
        running = await stack.up(settings, lambda _: None)
        return await compare(running.applied_to(settings).weaviate, count)
    finally:
        if given.url is None:
            await asyncio.to_thread(stack.down, settings, lambda _: None)
        shutil.rmtree(home, ignore_errors=True)


async def compare(weaviate: WeaviateSettings, count: int) -> dict[str, float]:
    rng = np.random.default_rng(7)
    vocabulary = np.array([f"word{n}" for n in range(VOCABULARY)])
    # Zipf, as in language: without it no term is common and lexical search costs nothing.
    drawn = np.minimum(rng.zipf(1.2, size=(count, WORDS_IN_CHUNK)), VOCABULARY) - 1
    texts = [" ".join(vocabulary[row]) for row in drawn]
    asked = np.minimum(rng.zipf(1.2, size=(QUERIES, WORDS_IN_QUESTION)), VOCABULARY) - 1
    questions = [" ".join(vocabulary[row]) for row in asked]
    vectors, query_vectors = unit(rng, count), unit(rng, QUERIES)
    index = WeaviateIndex(weaviate, embedder_id="bench@1", dimension=DIMENSION, namespace=uuid4().hex)
    bare = Bare(weaviate)
    await index.connect(30)
    await bare.open()
    try:
        report = await filled(index, bare, texts, vectors)
        await asyncio.sleep(SETTLE_S)
        for top_k in (8, 50):
            report |= await searched(index, bare, questions, query_vectors, top_k)
        return report | await changed(index, texts)
    finally:
        await index.drop()
        await bare.close()


def unit(rng: np.random.Generator, count: int) -> np.ndarray:
    rows = rng.normal(size=(count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Bare:
    """The client alone: the same texts, no terms, readers or places; a search without filters or vectors."""

    def __init__(self, weaviate: WeaviateSettings) -> None:
        self.client = make_client(weaviate)
        self.name = f"Bare{uuid4().hex}"

    async def open(self) -> None:
        await self.client.connect()
        await self.client.collections.create(
            self.name,
            properties=[Property(name="text", data_type=DataType.TEXT, index_filterable=False)],
            vector_config=Configure.Vectors.self_provided(),
            multi_tenancy_config=Configure.multi_tenancy(enabled=True, auto_tenant_creation=True),
        )
        self.tenant = self.client.collections.use(self.name).with_tenant(TENANT)

    async def insert(self, first: int, texts: Sequence[str], vectors: np.ndarray) -> None:
        objects = [
            DataObject(properties={"text": text}, uuid=derive_id("bench", first + n), vector=vectors[n])
            for n, text in enumerate(texts)
        ]
        for at in range(0, len(objects), 100):
            await self.tenant.data.insert_many(objects[at : at + 100])

    async def search(self, text: str, vector: np.ndarray, top_k: int) -> None:
        await self.tenant.query.hybrid(
            text,
            vector=vector,
            alpha=0.6,
            limit=top_k,
            fusion_type=HybridFusion.RELATIVE_SCORE,
            return_metadata=MetadataQuery(score=True),
        )

    async def close(self) -> None:
        await self.client.collections.delete(self.name)
        await self.client.close()


async def filled(index: WeaviateIndex, bare: Bare, texts: Sequence[str], vectors: np.ndarray) -> dict[str, float]:
    """Slice by slice in turn, so that whatever else the machine does slows both."""
    ours = theirs = 0.0
    for at in range(0, len(texts), SLICE):
        part, rows = texts[at : at + SLICE], vectors[at : at + SLICE]
        chunks = [chunk(at + n, text) for n, text in enumerate(part)]
        ours += await seconds(index.upsert(chunks, rows))
        theirs += await seconds(bare.insert(at, part, rows))
    return {
        "adapter inserts/s": len(texts) / ours,
        "bare inserts/s": len(texts) / theirs,
        "ratio inserts/s": theirs / ours,
    }


async def searched(
    index: WeaviateIndex, bare: Bare, questions: Sequence[str], vectors: np.ndarray, top_k: int
) -> dict[str, float]:
    ours, theirs = [], []
    for n, text in enumerate(questions):
        search = Search(tenant=TENANT, text=text, top_k=top_k)
        ours.append(await seconds(index.search(search, vectors[n : n + 1])))
        theirs.append(await seconds(bare.search(text, vectors[n], top_k)))
    ours_ms, theirs_ms = 1_000 * statistics.median(ours), 1_000 * statistics.median(theirs)
    return {
        f"adapter search top {top_k}, p50 ms": ours_ms,
        f"bare search top {top_k}, p50 ms": theirs_ms,
        f"ratio search top {top_k}": ours_ms / theirs_ms,
    }


async def changed(index: WeaviateIndex, texts: Sequence[str]) -> dict[str, float]:
    some = [chunk(n, text) for n, text in enumerate(texts[:CHANGED])]
    moving = await seconds(index.move([moved(item) for item in some]))
    deleting = await seconds(index.delete(TENANT, [item.chunk.chunk_id for item in some]))
    started = time.perf_counter()
    seen = 0
    async for _ in index.scan():
        seen += 1
    scanning = time.perf_counter() - started
    return {
        "adapter moves/s": len(some) / moving,
        "adapter deletes/s": len(some) / deleting,
        "adapter scanned/s": seen / scanning,
    }


async def seconds(work: Awaitable[Any]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def chunk(n: int, text: str) -> IndexedChunk:
    return IndexedChunk(
        tenant=TENANT,
        doc_id=f"document-{n // 10}",
        revision=1,
        chunk=Chunk(
            chunk_id=derive_id("bench", n), text=text, ordinal=n % 10, span=Span(start=0, end=len(text)), heading=("A",)
        ),
        attributes=DocumentAttributes(title=f"Document {n // 10}", metadata={"n": n % 7}),
        origin=Origin(topic="documents", partition=0, offset=n, at=datetime.now(UTC)),
        embedder_id="bench@1",
    )


def moved(item: IndexedChunk) -> MovedChunk:
    return MovedChunk(
        tenant=item.tenant,
        doc_id=item.doc_id,
        revision=2,
        move=Move(chunk_id=item.chunk.chunk_id, ordinal=99, span=item.chunk.span),
        attributes=item.attributes,
        origin=item.origin,
    )


if __name__ == "__main__":
    main()
