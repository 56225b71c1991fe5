"""A model and the source that it was made from in, how far it agrees with sentence-transformers out, on any texts."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from infra.local.progress import Progress, telling
from infra.models.export_environment import ensure_environment, run_job
from infra.models.export_script import VECTORS
from infra.models.model_folder import ModelFolder
from infra.models.sources import hub_fetch, located
from infra.models.verification import Agreement, agreement
from infra.settings import Settings


async def reference_agreement(
    settings: Settings, model: ModelFolder, source: str, texts: Sequence[str], progress: Progress
) -> Agreement:
    """Run the reference implementation on `source` and the model on the same texts, cut at the model's limit.

    Raises `ConfigurationError` when there is no such source, or its vectors are of another shape.
    """
    python = await ensure_environment(settings, progress)
    async with located(source, hub_fetch(settings, progress), progress) as found:
        with tempfile.TemporaryDirectory(prefix="ragstream-reference-") as into:
            job = {
                "do": "embed",
                "source": str(found.folder),
                "into": into,
                "kind": model.manifest.kind,
                "tokenizer": str(model.tokenizer),
                "max_tokens": model.manifest.max_tokens,
                "passage_prefix": model.manifest.passage_prefix,
                "texts": list(texts),
            }
            async with telling(progress, f"Running sentence-transformers on {len(texts):,} texts"):
                await run_job(python, job, doing="Running sentence-transformers")
            reference = np.load(Path(into) / VECTORS)
    async with telling(progress, f"Running the model on {len(texts):,} texts"):
        return await agreement(settings, model, texts, reference)
