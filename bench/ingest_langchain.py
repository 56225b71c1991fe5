"""LangChain's usual way: RecursiveCharacterTextSplitter, HuggingFaceEmbeddings, WeaviateVectorStore."""

from collections.abc import Sequence

from langchain_core.documents import Document as LangChainDocument
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from langchain_weaviate import WeaviateVectorStore
from weaviate.classes.config import Configure

from bench.ingest_corpus import Document
from bench.ingest_worker import CHUNK_TOKENS, WARM_UP, connect, model_folder, serve, texts

COLLECTION = "BenchLangChain"
CHARACTERS_A_TOKEN = 4.5
"""Of English prose in this model's tokens. Counting tokens while splitting would cost LangChain more."""


def main() -> None:
    client = connect()
    client.collections.delete(COLLECTION)
    client.collections.create(
        COLLECTION, properties=texts("text", "source"), vector_config=Configure.Vectors.self_provided()
    )
    embeddings = HuggingFaceEmbeddings(model_name=model_folder(), model_kwargs={"device": "cpu"})
    embeddings.embed_query(WARM_UP)
    splitter = RecursiveCharacterTextSplitter(chunk_size=int(CHUNK_TOKENS * CHARACTERS_A_TOKEN), chunk_overlap=0)
    store = WeaviateVectorStore(client, COLLECTION, "text", embedding=embeddings)

    def ingest(documents: Sequence[Document]) -> int:
        whole = [LangChainDocument(each.whole, metadata={"source": each.doc_id}) for each in documents]
        return len(store.add_documents(splitter.split_documents(whole)))

    serve(client, COLLECTION, ingest)


if __name__ == "__main__":
    main()
