"""Settings in, the models of all their embedders out: the main one's, and those of the candidates beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.progress import Progress
from infra.models.catalogue import ensure_model
from infra.models.model_folder import ModelFolder
from infra.settings import Settings
from schemas.failures import ConfigurationError


@dataclass(frozen=True)
class NamedModel:
    """A model with what experiments call it."""

    name: str
    settings: Settings
    """As if it were the main one."""
    folder: ModelFolder

    @property
    def embedder_id(self) -> str:
        return self.folder.embedder_id


async def ensure_models(settings: Settings, progress: Progress) -> Sequence[NamedModel]:
    """Every embedder's model, the main one first, as `ensure_model` finds or makes it.

    Raises `ConfigurationError` as that does, and for a candidate that is another embedder of the list once more.
    """
    found: list[NamedModel] = []
    for name, embedder in settings.embedder.named():
        own = settings.model_copy(update={"embedder": embedder})
        try:
            folder = await ensure_model(own, progress)
        except ConfigurationError as error:
            if not found:
                raise
            raise ConfigurationError(f"the candidate {name} cannot be used: {error}") from error
        for each in found:
            if each.embedder_id == folder.embedder_id:
                raise ConfigurationError(
                    f"the candidate {name} is the same embedder as {each.name} ({folder.embedder_id}): give it another "
                    "precision, or take it out of RAGSTREAM_EMBEDDER__CANDIDATES"
                )
        found.append(NamedModel(name, own, folder))
    return found
