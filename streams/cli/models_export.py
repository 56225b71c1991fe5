"""`ragstream models export` and `ragstream models quantize`."""

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from infra.models.export import ExportOptions, export_model, quantise_model
from infra.models.model_folder import ModelFolder
from streams.cli.options import Json
from streams.cli.output import show_facts, showing_progress
from streams.cli.settings import load_settings


class ExportPrecision(StrEnum):
    """What optimum's export can give."""

    FP32 = "fp32"
    FP16 = "fp16"


class Processor(StrEnum):
    """Whose int8 instructions the weights are laid out for."""

    AVX2 = "avx2"
    AVX512_VNNI = "avx512_vnni"
    ARM64 = "arm64"


NewName = Annotated[str | None, typer.Option("--name", help="What the new model is called; its precision is added.")]


def export(
    source: Annotated[str, typer.Argument(help="A folder, package:NAME, or a model of the hub: ORG/NAME.")],
    *,
    precision: Annotated[ExportPrecision, typer.Option(help="fp32, or fp16 for GPUs.")] = ExportPrecision.FP32,
    name: NewName = None,
    licence: Annotated[str | None, typer.Option(help="Its licence, where the source does not say.")] = None,
    query_prefix: Annotated[str | None, typer.Option(help="Put before each question; else the model's own.")] = None,
    passage_prefix: Annotated[str | None, typer.Option(help="Put before each passage; else the model's own.")] = None,
    as_json: Json = False,
) -> None:
    """Make a model folder of a Hugging Face sentence-embedding model or cross-encoder; print its id and folder.

    The first time, torch and optimum are installed into an environment of their own: 3 GB to fetch, 7 GB on disk. The
    hub is asked only for a model that its local cache lacks. What comes out is compared with sentence-transformers on
    fifty texts, and kept only if it agrees.
    """
    options = ExportOptions(precision.value, name, licence, query_prefix, passage_prefix)
    with showing_progress(machine=as_json) as progress:
        model = asyncio.run(export_model(load_settings(), source, options, progress))
    _show(model, as_json=as_json)


def quantize(
    model: Annotated[
        str, typer.Argument(help="An fp32 model: its name in `models list`, or its folder, with a slash.")
    ],
    *,
    arch: Annotated[Processor | None, typer.Option(help="For which processors; by default for this one.")] = None,
    name: NewName = None,
    as_json: Json = False,
) -> None:
    """Make the int8 twin of an fp32 model, for processors; print its id and folder.

    It is kept if it agrees with the reference as int8 can: a median cosine of 0.98 over fifty texts.
    """
    with showing_progress(machine=as_json) as progress:
        made = asyncio.run(quantise_model(load_settings(), model, arch.value if arch else None, name, progress))
    _show(made, as_json=as_json)


def _show(model: ModelFolder, *, as_json: bool) -> None:
    facts = {"id": model.model_id, "name": model.path.name, "kind": model.manifest.kind, "folder": str(model.path)}
    show_facts(facts, as_json=as_json)
