"""LlamaIndex's usual way: SentenceSplitter, HuggingFaceEmbedding, WeaviateVectorStore, in an IngestionPipeline."""

from collections.abc import Sequence

from llama_index.core import Document as LlamaDocument
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.weaviate import WeaviateVectorStore
from weaviate.classes.config import Configure

from bench.ingest_corpus import Document
from bench.ingest_worker import CHUNK_TOKENS, WARM_UP, connect, model_folder, serve, texts

COLLECTION = "BenchLlamaIndex"
NODE_INFO = ("node_info", "relationships", "_node_content", "_node_type")
PROPERTIES = ("text", "ref_doc_id", "document_id", "doc_id", *NODE_INFO)


def main() -> None:
    client = connect()
    client.collections.delete(COLLECTION)
    client.collections.create(
        COLLECTION, properties=texts(*PROPERTIES), vector_config=Configure.Vectors.self_provided()
    )
    embedding = HuggingFaceEmbedding(model_name=model_folder(), device="cpu")
    embedding.get_text_embedding(WARM_UP)
    pipeline = IngestionPipeline(
        transformations=[SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=0), embedding],
        vector_store=WeaviateVectorStore(weaviate_client=client, index_name=COLLECTION),
    )

    def ingest(documents: Sequence[Document]) -> int:
        return len(pipeline.run(documents=[LlamaDocument(text=each.whole, doc_id=each.doc_id) for each in documents]))

    serve(client, COLLECTION, ingest)


if __name__ == "__main__":
    main()
