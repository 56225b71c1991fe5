"""What the commands about embedders ask of models and Weaviate: how much of the main index each of them has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from infra.local.progress import Progress
from infra.models import NamedModel, ensure_models
from infra.settings import Settings
from infra.weaviate_census import Holding, holdings
from infra.weaviate_index import WeaviateIndex
from schemas.experiments import ExperimentDefined
from schemas.failures import ConfigurationError
from streams.backfill import differing

LEAST_COVERAGE: Final = 0.999
"""Of the main index: while documents come, the last of them are not in every index yet."""


@dataclass(frozen=True)
class Coverage:
    """An embedder and its index, beside the main one's."""

    name: str
    embedder_id: str
    main: bool
    collection: str | None
    """None where nothing was ever indexed with it."""
    chunks: int
    wanted: int
    """Chunks of the main index."""
    differing: int
    """Chunks that it lacks, has of another revision, or has beyond those of the main index."""

    @property
    def complete(self) -> bool:
        """But for the last documents."""
        return self.differing <= (1 - LEAST_COVERAGE) * self.wanted


async def coverages(settings: Settings, progress: Progress) -> list[Coverage]:
    """Every embedder of the settings, the main one first. Raises as `ensure_models`, and when Weaviate is away.

    Both indexes are read whole: one that did not follow for a while may have as many chunks and other texts.
    """
    models = await ensure_models(settings, progress)
    progress("Counting chunks")
    held = {each.embedder_id: each for each in await holdings(settings.weaviate, settings.namespace)}
    main = held.get(models[0].embedder_id)
    different: dict[str, int] = {}
    for each in models[1:]:
        progress(f"Comparing the index of {each.name} with the main one")
        different[each.name] = await _different(settings, main, held.get(each.embedder_id))
    return coverage(models, held, different)


def coverage(models: Sequence[NamedModel], held: Mapping[str, Holding], different: Mapping[str, int]) -> list[Coverage]:
    """One row per model: `held` is what there is by embedder id, `different` how many chunks differ by name."""
    main = held.get(models[0].embedder_id)
    found = []
    for each in models:
        holding = held.get(each.embedder_id)
        found.append(
            Coverage(
                name=each.name,
                embedder_id=each.embedder_id,
                main=each is models[0],
                collection=holding.collection if holding else None,
                chunks=holding.total if holding else 0,
                wanted=main.total if main else 0,
                differing=different.get(each.name, 0),
            )
        )
    return found


def index_of(settings: Settings, holding: Holding) -> WeaviateIndex:
    """What a collection holds, to be closed by whoever uses it."""
    return WeaviateIndex(
        settings.weaviate,
        embedder_id=holding.embedder_id,
        dimension=holding.dimension,
        namespace=settings.namespace,
    )


async def _different(settings: Settings, main: Holding | None, other: Holding | None) -> int:
    if main is None or other is None:
        return sum(each.total for each in (main, other) if each is not None)
    indexes = [index_of(settings, each) for each in (main, other)]
    try:
        return await differing(*indexes)
    finally:
        for each in indexes:
            await each.close()


def embedders_of(definition: ExperimentDefined) -> set[str]:
    """Names of the embedders that the arms of an experiment name."""
    return {str(arm.overrides["embedder"]) for arm in definition.arms if "embedder" in arm.overrides}


async def check_coverage(settings: Settings, definition: ExperimentDefined, progress: Progress) -> None:
    """Raises `ConfigurationError` for an arm whose embedder's index lacks documents: it would be judged by that."""
    named = embedders_of(definition)
    if not named:
        return
    for each in await coverages(settings, progress):
        if each.name in named and not each.complete:
            raise ConfigurationError(
                f"experiment {definition.name}: the index of embedder {each.name} holds {each.chunks:,} chunks and the "
                f"main one {each.wanted:,}, and {each.differing:,} differ: run `ragstream embedders backfill "
                f"{each.name}` first, and see that the role index runs with it in RAGSTREAM_EMBEDDER__CANDIDATES"
            )
