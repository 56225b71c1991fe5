"""Plans in, chunks in the index and its log out."""

from agents.indexing.batch import make_indexing_batch

__all__ = ["make_indexing_batch"]
