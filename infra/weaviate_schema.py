"""Chunks in, Weaviate objects out, and back: the one collection and every property in it.

The schema is fixed and complete, so the server's guess from a first value (auto-schema) never decides anything.
The lexical half of search looks at `terms`, which `infra.lexical_terms` makes; the server only splits it at blanks.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from weaviate.classes.config import Configure, DataType, Property, StopwordsPreset, Tokenization, VectorDistances

from infra import index_fields
from infra.lexical_terms import searched_terms
from schemas.chunks import Chunk, DocumentAttributes, Move, Span
from schemas.event import Origin
from schemas.passages import IndexedChunk, MovedChunk, Original, Passage, StoredChunk

SCHEMA = 2
"""Changes whenever what is stored would be read otherwise; 2 has terms of the language of each document."""
TERMS = "terms"
READERS = "readers"
METADATA_PAIRS = "metadata_pairs"

PASSAGE_PROPERTIES = [
    *("doc_id", "revision", "ordinal", "start", "end", "text", "title", "uri", "heading", "metadata_json"),
    *("origin_topic", "origin_partition", "origin_offset", "origin_at"),
]
STORED_PROPERTIES = ["doc_id", "revision", "ordinal", "start", "end", "embedder_id", "indexed_at"]
NUMBERS = ("revision", "ordinal", "start", "end", "origin_partition", "origin_offset")
LASTING_PROPERTIES = ["text", "embedder_id"]
"""What a move keeps; the vector stays too."""


def collection_name(namespace: str, embedder_id: str) -> str:
    """One collection per namespace and embedding space: vectors of two models can never meet in one."""
    # Weaviate tells names apart by more than case, hence the namespace in the hash too.
    space = hashlib.sha256(f"{namespace}\x1f{embedder_id}".encode()).hexdigest()[:10]
    return "_".join(part for part in ("RagstreamChunks", namespace, space) if part)


def describe(embedder_id: str, dimension: int) -> str:
    """What the collection's description records, to be compared at start-up."""
    return json.dumps({"dimension": dimension, "embedder_id": embedder_id, "schema": SCHEMA}, sort_keys=True)


def creation(name: str, description: str) -> dict[str, Any]:
    """Arguments of `client.collections.create`."""
    return {
        "name": name,
        "description": description,
        "properties": properties(),
        "vector_config": Configure.Vectors.self_provided(
            vector_index_config=Configure.VectorIndex.hnsw(distance_metric=VectorDistances.COSINE)
        ),
        "multi_tenancy_config": Configure.multi_tenancy(
            enabled=True, auto_tenant_creation=True, auto_tenant_activation=True
        ),
        "inverted_index_config": Configure.inverted_index(stopwords_preset=StopwordsPreset.NONE),
    }


def properties() -> list[Property]:
    """Each property of the collection, and whether it can be filtered by or searched."""
    return [
        _exact("doc_id", DataType.TEXT),
        _exact(READERS, DataType.TEXT_ARRAY),
        _exact(METADATA_PAIRS, DataType.TEXT_ARRAY),
        Property(
            name=TERMS,
            data_type=DataType.TEXT,
            tokenization=Tokenization.WHITESPACE,
            index_filterable=False,
            index_searchable=True,
        ),
        *(_kept(name, DataType.TEXT) for name in ("text", "title", "uri", "metadata_json", "embedder_id")),
        _kept("origin_topic", DataType.TEXT),
        _kept("heading", DataType.TEXT_ARRAY),
        *(_kept(name, DataType.INT) for name in NUMBERS),
        *(_kept(name, DataType.DATE) for name in ("origin_at", "indexed_at")),
    ]


def _exact(name: str, data_type: DataType) -> Property:
    return Property(
        name=name,
        data_type=data_type,
        tokenization=Tokenization.FIELD,
        index_filterable=True,
        index_searchable=False,
    )


def _kept(name: str, data_type: DataType) -> Property:
    """Stored and returned; no index is built over it."""
    return Property(name=name, data_type=data_type, index_filterable=False, index_searchable=False)


def of_indexed(item: IndexedChunk, indexed_at: datetime) -> dict[str, Any]:
    """Properties of a new chunk."""
    placed = _placed(item, item.chunk, item.attributes, indexed_at, item.chunk.text)
    return {**placed, "text": item.chunk.text, "embedder_id": item.embedder_id}


def of_moved(item: MovedChunk, lasting: Mapping[str, Any], indexed_at: datetime) -> dict[str, Any]:
    """Properties of a stored chunk at its new place; `lasting` holds those that stay."""
    kept = {name: lasting[name] for name in LASTING_PROPERTIES}
    return {**_placed(item, item.move, item.attributes, indexed_at, kept["text"]), **kept}


def _placed(
    item: IndexedChunk | MovedChunk,
    place: Chunk | Move,
    attributes: DocumentAttributes,
    indexed_at: datetime,
    text: str,
) -> dict[str, Any]:
    stored: dict[str, Any] = {
        "doc_id": item.doc_id,
        "revision": item.revision,
        "ordinal": place.ordinal,
        "start": place.span.start,
        "end": place.span.end,
        "heading": list(place.heading),
        "title": attributes.title,
        "uri": attributes.uri,
        READERS: index_fields.readers(attributes),
        "metadata_json": index_fields.metadata_json(attributes.metadata),
        METADATA_PAIRS: index_fields.metadata_pairs(attributes.metadata),
        TERMS: " ".join(searched_terms(attributes.title, place.heading, text, attributes.language)),
        "origin_topic": item.origin.topic,
        "origin_partition": item.origin.partition,
        "origin_offset": item.origin.offset,
        "origin_at": item.origin.at,
        "indexed_at": indexed_at,
    }
    # An absent property is absent from the object; the object is replaced whole, so an old value cannot survive.
    return {name: value for name, value in stored.items() if value is not None}


def to_original(chunk_id: str, found: Mapping[str, Any]) -> Original:
    """A whole object, from all `properties`. Numbers come back as floats."""
    present = {name: value for name, value in found.items() if value is not None}
    kept: dict[str, Any] = present | {name: int(present[name]) for name in NUMBERS}
    return Original(
        chunk_id=chunk_id,
        title=kept.get("title"),
        heading=tuple(kept.get("heading", ())),
        text=kept["text"],
        properties=kept,
    )


def of_copied(original: Original, embedder_id: str, indexed_at: datetime) -> dict[str, Any]:
    """Properties of a chunk that another collection holds; terms and readers stay as they are there."""
    return {**original.properties, "embedder_id": embedder_id, "indexed_at": indexed_at}


def to_passage(chunk_id: str, found: Mapping[str, Any], score: float, similarity: float) -> Passage:
    """What a search found, from `PASSAGE_PROPERTIES`."""
    return Passage(
        chunk_id=chunk_id,
        doc_id=found["doc_id"],
        revision=int(found["revision"]),
        text=found["text"],
        ordinal=int(found["ordinal"]),
        span=Span(start=int(found["start"]), end=int(found["end"])),
        heading=tuple(found.get("heading") or ()),
        title=found.get("title"),
        uri=found.get("uri"),
        metadata_json=found["metadata_json"],
        origin=Origin(
            topic=found["origin_topic"],
            partition=int(found["origin_partition"]),
            offset=int(found["origin_offset"]),
            at=found["origin_at"],
        ),
        score=score,
        similarity=similarity,
    )


def to_stored(chunk_id: str, found: Mapping[str, Any]) -> StoredChunk:
    """What an audit reads, from `STORED_PROPERTIES`."""
    return StoredChunk(
        chunk_id=chunk_id,
        doc_id=found["doc_id"],
        revision=int(found["revision"]),
        ordinal=int(found["ordinal"]),
        span=Span(start=int(found["start"]), end=int(found["end"])),
        embedder_id=found["embedder_id"],
        indexed_at=found["indexed_at"],
    )
