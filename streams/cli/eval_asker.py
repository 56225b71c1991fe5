"""Settings in, what the role `answer` searches with out: opened as it does, and closed at the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.models import ensure_model
from infra.settings import Settings
from streams.cli.eval_questions import Asker
from streams.cli.output import showing_progress
from streams.composition import opened_index, opened_reranker, utc_now


@asynccontextmanager
async def opened_asker(settings: Settings, tenant: str, *, machine: bool) -> AsyncIterator[Asker]:
    """Raises what opening the model, the index and the reranker raises."""
    with showing_progress(machine=machine) as progress:
        model = await ensure_model(settings, progress)
    async with opened_index(settings, model) as (embedder, index):
        with opened_reranker(settings) as reranker:
            yield Asker(embedder, index, reranker, utc_now, tenant)
