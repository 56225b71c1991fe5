"""A folder in, a model that may be used out: its files are those that were built, or it is refused.

A model is a folder with `model.onnx`, `tokenizer.json`, a card and `manifest.json`. The manifest says what the numbers
mean (dimension, pooling, limit, prefixes) and holds the SHA-256 of every other file.
"""

import hashlib
import json
from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.failures import ConfigurationError

MANIFEST: Final = "manifest.json"
GRAPH: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
CARD: Final = "README.md"
REFERENCE: Final = "reference.npz"
ID_DIGITS: Final = 12
"""Hexadecimal digits of the hash in a model's id: 48 bits tell any number of models apart."""
TOLD_ABOUT: Final = {CARD, REFERENCE}
"""Files about a model. They're checked like the others and mean nothing for its vectors."""

Precision: TypeAlias = Literal["fp32", "fp16", "int8"]
Kind: TypeAlias = Literal["embedder", "reranker"]


class ModelManifest(BaseModel):
    """What a model is; written once, when it is built."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind = "embedder"
    """A reranker's graph takes a question and a passage together, and gives one number."""
    precision: Precision
    dimension: int = Field(ge=1)
    """Of a vector; 1 for a reranker."""
    max_tokens: int = Field(ge=1)
    """Special tokens and prefix included."""
    pooling: Literal["mean", "cls"] = "mean"
    """How a text's hidden states become its vector: their mean, or the first one."""
    normalised: bool = True
    """Whether the reference brings vectors to length 1. Here all are: the index compares them by their cosine."""
    query_prefix: str = ""
    passage_prefix: str = ""
    """Put before each question and each passage, with its own white space: `query: `."""
    padding: str = "[PAD]"
    """The token that fills a row of a batch."""
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
    def model_id(self) -> str:
        """Name, precision and a hash over all that a vector depends on: equal ids give comparable vectors.

        Graph and tokenizer are in it, and what is done with them: pooling, normalising, prefixes, padding, limit.
        """
        about = {"name", "precision", "licence", "source", "files"}
        facts = self.manifest.model_dump(mode="json", exclude=about)
        facts["files"] = {name: each for name, each in self.manifest.files.items() if name not in TOLD_ABOUT}
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        return f"{self.manifest.name}-{self.manifest.precision}@{digest[:ID_DIGITS]}"

    @property
    def embedder_id(self) -> str:
        """The id under which a model's vectors are kept: it goes into every chunk, index and answer."""
        return self.model_id

    @property
    def graph(self) -> Path:
        return self.path / GRAPH

    @property
    def tokenizer(self) -> Path:
        return self.path / TOKENIZER


def write_manifest(folder: Path, manifest: ModelManifest) -> None:
    """`manifest` with the hashes of the folder's files filled in."""
    complete = manifest.model_copy(update={"files": hashes(folder)})
    (folder / MANIFEST).write_text(complete.model_dump_json(indent=2) + "\n", "utf-8")


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a folder but its manifest, in hexadecimal, by name."""
    return {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST}


def load_model(folder: Path) -> ModelFolder:
    """Raises `ConfigurationError`, in one sentence, when a file is missing or is not the one that was built."""
    model = read_model(folder)
    for name, expected in model.manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ConfigurationError(f"the model file {path} is missing: {_remedy(folder)}")
        if _sha256(path) != expected:
            raise ConfigurationError(f"the model file {path} has changed since it was built: {_remedy(folder)}")
    return model


def read_model(folder: Path) -> ModelFolder:
    """What a folder's manifest says, with no look at the files. Raises `ConfigurationError` when it cannot be read."""
    try:
        manifest = ModelManifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ConfigurationError(_absence(folder)) from error
    except ValidationError as error:
        raise ConfigurationError(f"the manifest in {folder} cannot be read: {_remedy(folder)}") from error
    if missing := {GRAPH, TOKENIZER} - manifest.files.keys():
        names = ", ".join(sorted(missing))
        raise ConfigurationError(f"the manifest in {folder} does not list {names}: {_remedy(folder)}")
    return ModelFolder(path=folder, manifest=manifest)


def _absence(folder: Path) -> str:
    """A folder that never was a model is not to be deleted: a setting may name any by mistake."""
    if folder.is_dir():
        was_one = (folder / GRAPH).exists() or not any(folder.iterdir())
        return f"{folder} has no {MANIFEST}" + (f": {_remedy(folder)}" if was_one else ", so it is no model")
    return f"there is no model in {folder}: run `ragstream models pull`"


def _remedy(folder: Path) -> str:
    return f"delete {folder} and make it again, with `ragstream models pull` or `export`"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
