"""A folder in, a model that may be used out: its files are those that were built, or it is refused.

A model is a folder with `model.onnx`, `tokenizer.json` and `manifest.json`. The manifest says what the numbers mean
(dimension, pooling, limit) and holds the SHA-256 of every file.
"""

import hashlib
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.failures import ConfigurationError

MANIFEST: Final = "manifest.json"
GRAPH: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
ID_DIGITS: Final = 12
"""Hexadecimal digits of the graph's hash in an embedder's id: 48 bits tell any number of models apart."""


class ModelManifest(BaseModel):
    """What a model is; written once, when it is built."""

    model_config = ConfigDict(frozen=True)

    name: str
    precision: Literal["fp32", "int8"]
    dimension: int
    max_tokens: int
    """Special tokens included."""
    pooling: Literal["mean"] = "mean"
    normalised: bool = True
    licence: str
    source: str
    files: dict[str, str]
    """SHA-256 of each file, in hexadecimal."""


class ModelFolder(BaseModel):
    """A model on disk whose files were checked."""

    model_config = ConfigDict(frozen=True)

    path: Path
    manifest: ModelManifest

    @property
    def embedder_id(self) -> str:
        """Name, precision and content: equal ids give comparable vectors."""
        return f"{self.manifest.name}-{self.manifest.precision}@{self.manifest.files[GRAPH][:ID_DIGITS]}"

    @property
    def graph(self) -> Path:
        return self.path / GRAPH

    @property
    def tokenizer(self) -> Path:
        return self.path / TOKENIZER


def write_manifest(folder: Path, manifest: ModelManifest) -> None:
    """`manifest` with the hashes of the folder's files filled in."""
    files = {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST}
    complete = manifest.model_copy(update={"files": files})
    (folder / MANIFEST).write_text(complete.model_dump_json(indent=2) + "\n", "utf-8")


def load_model(folder: Path) -> ModelFolder:
    """Raises `ConfigurationError`, in one sentence, when a file is missing or is not the one that was built."""
    remedy = f"delete {folder} and it will be made again"
    try:
        manifest = ModelManifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise ConfigurationError(f"there is no model in {folder}: run `ragstream models pull`") from error
    except ValidationError as error:
        raise ConfigurationError(f"the manifest in {folder} cannot be read: {remedy}") from error
    if missing := {GRAPH, TOKENIZER} - manifest.files.keys():
        raise ConfigurationError(f"the manifest in {folder} does not list {', '.join(sorted(missing))}: {remedy}")
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ConfigurationError(f"the model file {path} is missing: {remedy}")
        if _sha256(path) != expected:
            raise ConfigurationError(f"the model file {path} has changed since it was built: {remedy}")
    return ModelFolder(path=folder, manifest=manifest)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
