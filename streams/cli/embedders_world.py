"""What the commands about embedders ask of models and Weaviate: how much of the main index each of them has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from infra.local.progress import Progress
from infra.models import NamedModel, ensure_models
from infra.settings import Settings
from infra.weaviate_census import Holding, holdings
from schemas.experiments import ExperimentDefined
from schemas.failures import ConfigurationError

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
    """By count, tenant by tenant: chunks that it lacks, or has beyond those of the main index."""

    @property
    def complete(self) -> bool:
        """But for the last documents."""
        return self.differing <= (1 - LEAST_COVERAGE) * self.wanted


async def coverages(settings: Settings, progress: Progress) -> list[Coverage]:
    """Every embedder of the settings, the main one first. Raises as `ensure_models`, and when Weaviate is away."""
    models = await ensure_models(settings, progress)
    progress("Counting chunks")
    return compared(models, await holdings(settings.weaviate, settings.namespace))


def compared(models: Sequence[NamedModel], held: Iterable[Holding]) -> list[Coverage]:
    """How much of the first one's chunks the others have."""
    by_id = {each.embedder_id: each for each in held}
    main = by_id.get(models[0].embedder_id)
    wanted: Mapping[str, int] = main.chunks if main else {}
    found = []
    for each in models:
        holding = by_id.get(each.embedder_id)
        has: Mapping[str, int] = holding.chunks if holding else {}
        differing = sum(abs(wanted.get(tenant, 0) - has.get(tenant, 0)) for tenant in wanted.keys() | has.keys())
        found.append(
            Coverage(
                name=each.name,
                embedder_id=each.embedder_id,
                main=each is models[0],
                collection=holding.collection if holding else None,
                chunks=sum(has.values()),
                wanted=sum(wanted.values()),
                differing=differing,
            )
        )
    return found


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
                f"main one {each.wanted:,}: run `ragstream embedders backfill {each.name}` first, and see that the "
                "role index runs with it in RAGSTREAM_EMBEDDER__CANDIDATES"
            )
