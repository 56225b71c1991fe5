"""A machine in, what ragstream finds on it out: one finding a subject, with what to do where something is wrong.

Nothing is believed that can be asked: the model's files are hashed, a session is opened and says itself where it runs.
"""

import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import onnxruntime
import psutil

from infra.models.catalogue import chosen_folder, chosen_model
from infra.models.cpu import cpu_quota, has_cuda, has_gpu, has_vnni
from infra.models.default_model import NAME
from infra.onnx_embedder import open_embedder
from infra.onnx_reranker import configured_reranker
from infra.onnx_session import installed_runtimes, refuse_two_runtimes
from infra.settings import Settings
from schemas.failures import ConfigurationError

Verdict: TypeAlias = Literal["good", "note", "bad"]

TOOLS: Final = {"java": "run a local Kafka", "mvn": "fetch Kafka, once", "go": "build Weaviate, once"}
LEAST_MEMORY_GIB: Final = 3
LEAST_DISK_GIB: Final = 2
GIB: Final = 2**30


@dataclass(frozen=True)
class Finding:
    """What was found about one subject."""

    subject: str
    verdict: Verdict
    found: str
    remedy: str = ""
    """What to do about it; empty when it is good."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Findings in the order in which a person would look. What is wrong is one of them and raises nothing."""
    yield _python()
    yield _processors()
    yield _memory()
    yield from (_disk(name, path) for name, path in (("cache", settings.cache_folder()), ("home", settings.home)))
    yield from _tools(settings)
    yield _runtime()
    yield _gpu(settings)
    yield _model(settings)
    if settings.reranker.model is not None:
        yield _reranker(settings, settings.reranker.model)


def _python() -> Finding:
    return Finding("python", "good", f"{platform.python_version()} at {sys.executable}")


def _processors() -> Finding:
    vnni = "int8 products (VNNI)" if has_vnni() else "no int8 products (VNNI): auto embeds in fp32"
    return Finding("processors", "good", f"{cpu_quota()} of {os.cpu_count()} for this process, {vnni}")


def _memory() -> Finding:
    free = psutil.virtual_memory().available / GIB
    if free < LEAST_MEMORY_GIB:
        return Finding("memory", "note", f"{free:.1f} GiB free", f"the local stack wants {LEAST_MEMORY_GIB} GiB")
    return Finding("memory", "good", f"{free:.1f} GiB free")


def _disk(name: str, path: Path) -> Finding:
    there = next(each for each in (path, *path.parents) if each.exists())
    free = shutil.disk_usage(there).free / GIB
    found = f"{path}, {free:.0f} GiB free"
    if not os.access(there, os.W_OK):
        return Finding(name, "bad", found, f"make {there} writable, or set RAGSTREAM_{name.upper()} to another folder")
    if free < LEAST_DISK_GIB:
        return Finding(
            name, "bad", found, f"free some disk, or set RAGSTREAM_{name.upper()} to a folder on another one"
        )
    return Finding(name, "good", found)


def _tools(settings: Settings) -> Iterator[Finding]:
    """Only what the local stack needs, and only where it is wanted."""
    wanted = {"java", "mvn"} if settings.kafka.bootstrap is None else set()
    wanted |= {"go"} if settings.weaviate.url is None else set()
    for name in (each for each in TOOLS if each in wanted):
        path = shutil.which(name)
        if path is None:
            yield Finding(name, "note", "not found", f"install it to {TOOLS[name]}, or name servers that you run")
        else:
            yield Finding(name, "good", path)


def _runtime() -> Finding:
    installed = [f"{name} {version}" for name, version in installed_runtimes().items() if version]
    found = ", ".join(installed)
    try:
        refuse_two_runtimes()
    except ConfigurationError as error:
        return Finding("onnx runtime", "bad", found, str(error))
    if not installed:
        return Finding("onnx runtime", "bad", "not installed", "install ragstream again")
    return Finding("onnx runtime", "good", found)


def _gpu(settings: Settings) -> Finding:
    offered = ", ".join(onnxruntime.get_available_providers())
    if not has_gpu():
        if settings.embedder.device == "cuda":
            return Finding(
                "gpu", "bad", "no NVIDIA driver", "install the driver, or set RAGSTREAM_EMBEDDER__DEVICE to auto"
            )
        return Finding("gpu", "good", f"none; the runtime was built for {offered}")
    if not has_cuda():
        return Finding("gpu", "note", "an NVIDIA driver without CUDA", "install the extra `cuda` to embed there")
    return Finding("gpu", "good", f"an NVIDIA driver; the runtime was built for {offered}")


def _model(settings: Settings) -> Finding:
    """The chosen model's files are hashed and a text is embedded, since a list of providers promises nothing."""
    folder = chosen_folder(settings)
    if settings.embedder.model == NAME and not folder.is_dir():
        useless = settings.embedder.device == "cuda" and not has_gpu()
        remedy = "see gpu first: this form is for one" if useless else "run `ragstream models pull`"
        return Finding("embedder", "note", f"{folder.name} is not here yet", remedy)
    try:
        embedder = open_embedder(settings, chosen_model(settings))
    except Exception as error:  # noqa: BLE001 - runtime and tokenizer raise kinds of their own for a broken file
        return Finding("embedder", "bad", settings.embedder.model, str(error))
    try:
        began = time.perf_counter()
        embedder.warm_up()
        took = (time.perf_counter() - began) * 1_000
        running = embedder.running
        on = running.providers[0].removesuffix("ExecutionProvider")
        found = f"{running.model} on {on}, {running.workers} runs at a time, {took:.1f} ms for two words"
        if has_gpu() and on == "CPU" and settings.embedder.device == "auto":
            return Finding(
                "embedder",
                "note",
                found,
                "a GPU is here and is not used: set RAGSTREAM_EMBEDDER__DEVICE to cuda to learn why",
            )
        return Finding("embedder", "good", found)
    finally:
        embedder.close()


def _reranker(settings: Settings, name: str) -> Finding:
    """It is opened and scores a pair."""
    try:
        reranker = configured_reranker(settings)
    except Exception as error:  # noqa: BLE001 - as for the embedder
        return Finding("reranker", "bad", name, str(error))
    if reranker is not None:
        reranker.close()
    return Finding("reranker", "good", name)
