"""A published model in, a folder in the cache that ragstream runs out; and an fp32 folder in, its int8 twin out."""

import asyncio
import json
import platform
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from infra.local.cache import cached
from infra.local.progress import Progress, telling
from infra.models.card import complete_model
from infra.models.catalogue import find_model, models_folder
from infra.models.cpu import has_vnni
from infra.models.export_environment import ensure_environment, run_job
from infra.models.export_script import FACTS, TOOLS, VECTORS
from infra.models.model_folder import REFERENCE, TOKENIZER, ModelFolder, ModelManifest, load_model
from infra.models.reference_texts import reference_texts
from infra.models.sources import ModelSource, hub_fetch, located
from infra.models.verification import keep_reference, kept_agreement
from infra.settings import Settings
from schemas.failures import ConfigurationError

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Arch = Literal["avx2", "avx512_vnni", "arm64"]
COMPARED: Final = "agreement with sentence-transformers"


@dataclass(frozen=True)
class ExportOptions:
    """What a user may say about an export; None leaves it to the model's own files."""

    precision: Literal["fp32", "fp16"] = "fp32"
    name: str | None = None
    licence: str | None = None
    query_prefix: str | None = None
    passage_prefix: str | None = None


async def export_model(settings: Settings, source: str, options: ExportOptions, progress: Progress) -> ModelFolder:
    """Export `source` (see `sources.py`) with optimum, compare it with its reference, and keep it if they agree.

    Raises `ConfigurationError` when there is no such model, its licence is unknown, its kind cannot be run, a model of
    that name is here, or what came out is not what the reference gives.
    """
    async with located(source, hub_fetch(settings, progress), progress) as found:
        licence = options.licence or found.licence
        if not licence:
            raise ConfigurationError(f"{source} does not say under which licence it is: find out, and give --licence")
        name = options.name or found.name
        folder = _new_folder(settings, f"{name}-{options.precision}")
        python = await ensure_environment(settings, progress)

        async def build(into: Path) -> None:
            async with telling(progress, f"Exporting {source} as {options.precision}"):
                await run_job(python, _export_job(found, options, into), doing=f"Exporting {source}")
            facts = json.loads((into / FACTS).read_text("utf-8"))
            keep_reference(into, np.load(into / VECTORS))
            made = f"Exported from the published weights as {options.precision}, with {_taken(into / TOOLS)}."
            for path in (into / FACTS, into / VECTORS):
                path.unlink()
            about = {"name": name, "precision": options.precision, "licence": licence, "source": found.origin}
            manifest = ModelManifest(**facts, **about, files={})
            await _compared(settings, into, manifest, made, progress)

        await cached(folder, build, progress)
        return await asyncio.to_thread(load_model, folder)


def _export_job(found: ModelSource, options: ExportOptions, into: Path) -> dict[str, Any]:
    return {
        "do": "export",
        "source": str(found.folder),
        "into": str(into),
        "precision": options.precision,
        "query_prefix": options.query_prefix,
        "passage_prefix": options.passage_prefix,
        "texts": reference_texts(),
    }


async def quantise_model(
    settings: Settings, name: str, arch: Arch | None, new_name: str | None, progress: Progress
) -> ModelFolder:
    """An fp32 model's weights as int8 for processors of a kind; by default of this machine's.

    Raises `ConfigurationError` when there is no such model, it is not fp32, or its int8 twin strays from the reference.
    """
    model = await asyncio.to_thread(find_model, settings, name)
    if model.manifest.precision != "fp32":
        raise ConfigurationError(f"the model {name} is {model.manifest.precision}, and only fp32 can be quantised")
    arch = arch or default_arch()
    new_name = new_name or model.manifest.name
    folder = _new_folder(settings, f"{new_name}-int8-{arch}")
    python = await ensure_environment(settings, progress)

    async def build(into: Path) -> None:
        async with telling(progress, f"Quantising {name} for {arch}"):
            job = {"do": "quantise", "source": name, "graph": str(model.graph), "arch": arch, "into": str(into)}
            await run_job(python, job, doing=f"Quantising {name}")
        for kept in (TOKENIZER, REFERENCE):
            if (model.path / kept).is_file():
                shutil.copy(model.path / kept, into / kept)
        manifest = model.manifest.model_copy(update={"name": new_name, "precision": "int8", "files": {}})
        how = f"for {arch}: the products' weights, one scale a channel"
        made = f"Quantised from {model.model_id} {how}, with {_taken(into / TOOLS)}."
        await _compared(settings, into, manifest, made, progress)

    await cached(folder, build, progress)
    return await asyncio.to_thread(load_model, folder)


def _taken(path: Path) -> str:
    """What a file says, which is gone then."""
    said = path.read_text("utf-8")
    path.unlink()
    return said


def default_arch() -> Arch:
    """The kind of this machine's processor, as optimum's recipes call it."""
    if platform.machine().lower() in {"arm64", "aarch64"}:
        return "arm64"
    return "avx512_vnni" if has_vnni() else "avx2"


async def _compared(settings: Settings, folder: Path, manifest: ModelManifest, made: str, progress: Progress) -> None:
    """Complete a folder, if the model agrees with its reference."""
    model = ModelFolder(path=folder, manifest=manifest)
    measured = {}
    if (folder / REFERENCE).is_file():
        async with telling(progress, "Comparing it with its reference"):
            found = await kept_agreement(settings, model)
        measured[COMPARED] = found.sentence(manifest.kind)
        if not found.suffices(manifest.precision):
            raise ConfigurationError(
                f"{manifest.name} as {manifest.precision} strays from its reference, so it is not kept: "
                f"{found.sentence(manifest.kind)}"
            )
    complete_model(folder, manifest, made, measured)


def _new_folder(settings: Settings, name: str) -> Path:
    folder = models_folder(settings) / name
    if NAME.fullmatch(name) is None:
        raise ConfigurationError(f"{name!r} cannot be a model's name: letters, digits, dots, hyphens are; give --name")
    if folder.exists():
        raise ConfigurationError(f"there is a model {name} already: delete {folder}, or give another --name")
    return folder
