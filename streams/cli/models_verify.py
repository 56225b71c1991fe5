"""`ragstream models verify`."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer

from infra.local.progress import Progress
from infra.models.catalogue import find_model
from infra.models.comparison import reference_agreement
from infra.models.model_folder import ModelFolder
from infra.models.reference_texts import reference_texts
from infra.models.verification import LEAST, Agreement, fitting, kept_agreement
from infra.onnx_embedder import OnnxEmbedder, open_embedder
from infra.onnx_rows import Vectors
from infra.settings import Settings
from schemas.documents import DocumentUpserted
from schemas.failures import ConfigurationError
from streams.cli.beir import BeirFolder, read_beir
from streams.cli.options import Json, ModelName
from streams.cli.output import Exit, show_facts, showing_progress
from streams.cli.retrieval_metrics import DEPTH, measured, metrics_library
from streams.cli.settings import load_settings

AT_ONCE: Final = 256
"""Documents between two sentences of progress."""
MOST_TEXTS: Final = 450
"""Of a corpus that are compared with sentence-transformers, beside the fifty."""


def verify_model(
    name: ModelName = None,
    *,
    data: Annotated[
        Path | None, typer.Option(help="A folder in BEIR's layout: give dense nDCG@10 on its test questions, too.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Of the corpus, only so many documents.")] = None,
    against: Annotated[
        str | None,
        typer.Option(help="Run sentence-transformers on this source (see `export`), on 450 texts of --data as well."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a model's files, then compare it with its reference implementation.

    The reference's vectors of fifty texts are in the model's folder, so that needs no torch; --against computes them
    anew, in the environment that `export` makes. fp32 must have a cosine of 0.9999 for every text, int8 a median of
    0.98. Exit code 0 when it has, 1 when it has not or when a file has changed.
    """
    settings = load_settings()
    model = find_model(settings, name or settings.embedder.model)
    if data is not None:
        _check_measurable(model)
    folder = read_beir(data, limit=limit) if data is not None else None
    with showing_progress(machine=as_json) as progress:
        agreement = asyncio.run(_agreement(settings, model, folder, against, progress))
        facts = _facts(model, agreement)
        if folder is not None:
            facts |= asyncio.run(_dense(settings, model, folder, progress))
        progress("")
    show_facts(facts, as_json=as_json)
    raise typer.Exit(Exit.OK if facts["agrees"] else Exit.FAILED)


def _check_measurable(model: ModelFolder) -> None:
    metrics_library()
    if model.manifest.kind != "embedder":
        raise ConfigurationError(f"--data measures an embedder, and {model.path} is a {model.manifest.kind}")


async def _agreement(
    settings: Settings, model: ModelFolder, folder: BeirFolder | None, against: str | None, progress: Progress
) -> Agreement:
    if against is None:
        progress("Comparing it with its reference")
        return await kept_agreement(settings, model)
    documents = () if folder is None else itertools.islice(folder.documents(), MOST_TEXTS)
    texts = [*reference_texts(), *map(_text, documents)]
    return await reference_agreement(settings, model, against, texts, progress)


def _facts(model: ModelFolder, agreement: Agreement) -> dict[str, Any]:
    lowest, median = LEAST[model.manifest.precision]
    return {
        "id": model.model_id,
        "folder": str(model.path),
        "files": f"{len(model.manifest.files)} as they were built",
        "texts": agreement.texts,
        "lowest": round(agreement.lowest, 6),
        "median": round(agreement.median, 6),
        "wanted": f"median {median:g}" + (f", lowest {lowest:g}" if lowest > 0 else ""),
        "agrees": agreement.suffices(model.manifest.precision),
    }


async def _dense(settings: Settings, model: ModelFolder, folder: BeirFolder, progress: Progress) -> dict[str, Any]:
    """Figures of a search by cosine over all documents, nothing else."""
    async with _opened(settings, model) as embedder:
        names, rows = [], []
        documents = folder.documents()
        while batch := list(itertools.islice(documents, AT_ONCE)):
            rows.append(await embedder.embed_passages(fitting(model, [_text(each) for each in batch])))
            names += [each.doc_id for each in batch]
            progress(f"Embedding the corpus: {len(names):,} of {folder.count:,} documents")
        vectors = np.concatenate(rows)
        rankings = {
            question: [names[index] for index in _best(vectors @ (await embedder.embed_question(text))[0][0])]
            for question, text in folder.questions.items()
        }
    figures = measured(rankings, folder.judgements)
    return {
        "documents": len(names),
        "questions": len(rankings),
        **{key: round(each, 5) for key, each in figures.items()},
    }


@asynccontextmanager
async def _opened(settings: Settings, model: ModelFolder) -> AsyncIterator[OnnxEmbedder]:
    embedder = open_embedder(settings, model)
    try:
        yield embedder
    finally:
        embedder.close()


def _best(scores: Vectors) -> Iterable[int]:
    best: list[int] = np.argsort(-scores, kind="stable")[:DEPTH].tolist()
    return best


def _text(document: DocumentUpserted) -> str:
    """Title and text as BEIR's own evaluation joins them."""
    return f"{document.title or ''} {document.text or ''}".strip()
