"""Haystack's usual way: a pipeline of DocumentSplitter, SentenceTransformersDocumentEmbedder and DocumentWriter."""

import os
from collections.abc import Sequence

from haystack import Document as HaystackDocument
from haystack import Pipeline
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.writers import DocumentWriter
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder
from haystack_integrations.document_stores.weaviate import AuthApiKey, WeaviateDocumentStore

from bench.ingest_corpus import Document
from bench.ingest_worker import CHUNK_TOKENS, WARM_UP, connect, model_folder, serve

COLLECTION = "BenchHaystack"
TOKENS_A_WORD = 1.55
"""Of English prose in this model's tokens."""
TEXTS = ("_original_id", "content", "blob_mime_type", "source_id", "doc_id")
NUMBERS = ("page_number", "split_id", "split_idx_start")


def main() -> None:
    client = connect()
    client.collections.delete(COLLECTION)
    properties = [{"name": name, "dataType": ["text"]} for name in TEXTS]
    properties += [{"name": name, "dataType": ["int"]} for name in NUMBERS]
    properties += [{"name": "blob_data", "dataType": ["blob"]}, {"name": "score", "dataType": ["number"]}]
    store = WeaviateDocumentStore(
        url=os.environ["RAGSTREAM_WEAVIATE__URL"],
        grpc_port=int(os.environ["RAGSTREAM_WEAVIATE__GRPC_PORT"]),
        auth_client_secret=AuthApiKey() if os.environ.get("WEAVIATE_API_KEY") else None,
        collection_settings={"class": COLLECTION, "properties": properties},
    )
    embedder = SentenceTransformersDocumentEmbedder(
        model=model_folder(), device=ComponentDevice.from_str("cpu"), progress_bar=False
    )
    pipeline = Pipeline()
    words = int(CHUNK_TOKENS / TOKENS_A_WORD)
    pipeline.add_component("splitter", DocumentSplitter(split_by="word", split_length=words, split_overlap=0))
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("writer", DocumentWriter(store))
    pipeline.connect("splitter", "embedder")
    pipeline.connect("embedder", "writer")
    pipeline.warm_up()
    embedder.run([HaystackDocument(content=WARM_UP)])
    store.count_documents()  # makes the collection

    def ingest(documents: Sequence[Document]) -> int:
        whole = [HaystackDocument(content=each.whole, meta={"doc_id": each.doc_id}) for each in documents]
        written: int = pipeline.run({"splitter": {"documents": whole}})["writer"]["documents_written"]
        return written

    serve(client, COLLECTION, ingest)


if __name__ == "__main__":
    main()
