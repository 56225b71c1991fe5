import pytest

from agents.planning.sizes import SPECIAL_TOKENS, ChunkSizes
from schemas.embedding_text import CONTEXT_TOKENS
from schemas.failures import ConfigurationError


@pytest.mark.parametrize(("least", "most"), [(100, 100), (100, 150), (0, 0), (-1, 0), (0, 10), (1, 1), (100, 199)])
def test_sizes_that_cannot_work_are_refused(least, most):
    """FAILURES 41."""
    with pytest.raises(ConfigurationError, match="must be at least"):
        ChunkSizes(least, most)


def test_the_smallest_and_the_default_sizes_are_fine():
    """FAILURES 41."""
    ChunkSizes(1, 2)
    assert ChunkSizes().checked_against(256) == ChunkSizes()


def test_chunks_that_would_not_fit_the_embedder_are_refused_with_the_number_that_would():
    """FAILURES 36."""
    sizes = ChunkSizes(100, 230)
    needed = 230 + CONTEXT_TOKENS + SPECIAL_TOKENS
    assert sizes.checked_against(needed) is sizes
    with pytest.raises(ConfigurationError, match="set it to 229 or less"):
        sizes.checked_against(needed - 1)
