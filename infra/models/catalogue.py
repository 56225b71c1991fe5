"""Settings in, the models of this machine out, and the one that the settings choose."""

import asyncio
from pathlib import Path
from typing import Final

from infra.local.progress import Progress
from infra.models import default_model
from infra.models.model_folder import MANIFEST, ModelFolder, load_model, read_model
from infra.settings import Settings
from schemas.failures import ConfigurationError

BUILDING: Final = ".building-"
"""Stands in the name of a folder that the cache has not finished."""


async def ensure_model(settings: Settings, progress: Progress) -> ModelFolder:
    """The model that the settings choose, its files checked; the default one is fetched and built if it's not here.

    Raises `ConfigurationError` when there is none, or its files were changed, or it has another precision than is set.
    """
    if settings.embedder.model == default_model.NAME:
        return await default_model.ensure_model(settings, progress)
    return await asyncio.to_thread(chosen_model, settings)


def chosen_model(settings: Settings) -> ModelFolder:
    """The model that the settings choose, if it is here. Raises as `ensure_model`."""
    model = find_model(settings, settings.embedder.model)
    wanted = settings.embedder.precision
    if wanted not in {"auto", model.manifest.precision}:
        raise ConfigurationError(
            f"the model {settings.embedder.model} is {model.manifest.precision} and RAGSTREAM_EMBEDDER__PRECISION is "
            f"{wanted}: set it to auto, or choose another model"
        )
    return model


def models_folder(settings: Settings) -> Path:
    """Where models are kept; perhaps not there yet."""
    return settings.cache_folder() / "models"


def model_path(settings: Settings, name: str) -> Path:
    """The folder that a name means: a path if it has a slash, the default model, or one of the cache's own."""
    if "/" in name:
        return Path(name).expanduser().absolute()
    return default_model.default_folder(settings) if name == default_model.NAME else models_folder(settings) / name


def find_model(settings: Settings, name: str) -> ModelFolder:
    """The model of that name or path, its files checked. Raises `ConfigurationError` when it's not here or changed."""
    folder = model_path(settings, name)
    if not folder.is_dir():
        if name == default_model.NAME:
            raise ConfigurationError(f"the model {name} is not here yet: run `ragstream models pull`")
        raise ConfigurationError(
            f"there is no model {name!r}: `ragstream models list` shows those that are here, a path has a slash, and "
            "`ragstream models export` makes one"
        )
    return load_model(folder)


def chosen_folder(settings: Settings) -> Path:
    """Where the model that the settings choose is, or will be."""
    return model_path(settings, settings.embedder.model)


def kept_models(settings: Settings) -> list[ModelFolder]:
    """Models in the cache by name, as their manifests describe them; a folder whose manifest is broken is left out."""
    found = []
    for path in sorted(models_folder(settings).glob(f"*/{MANIFEST}")):
        if BUILDING not in path.parent.name:
            try:
                found.append(read_model(path.parent))
            except ConfigurationError:
                continue
    return found
