"""What is known of a model in, its card out: a page in Markdown that lies in the model's folder as `README.md`.

The headings follow Mitchell et al., "Model Cards for Model Reporting" (2019), as far as somebody who converts a model
can know: what it was trained on, and for whom, its source's own card says.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.models.model_folder import CARD, ModelFolder, ModelManifest, hashes, write_manifest


def complete_model(folder: Path, manifest: ModelManifest, made: str, measured: Mapping[str, str]) -> None:
    """Write card and manifest into a folder that has all other files.

    `made` is a paragraph about how the files were made, `measured` has a figure, with how it was found, by name.
    """
    (folder / CARD).write_text(model_card(folder, manifest, made, measured), "utf-8")
    write_manifest(folder, manifest)


def model_card(folder: Path, manifest: ModelManifest, made: str, measured: Mapping[str, str]) -> str:
    """The card's text; files are those that lie in the folder now."""
    files = {name: digest for name, digest in hashes(folder).items() if name != CARD}
    model = ModelFolder(path=folder, manifest=manifest.model_copy(update={"files": files}))
    parts = [
        f"# {manifest.name}, {manifest.precision}",
        _about(manifest),
        _table(("fact", "value"), _facts(model)),
        f"## How it was made\n\n{made}",
        f"## Limits\n\n{_limits(manifest)}",
        f"## Measured\n\n{_table(('figure', 'value'), list(measured.items())) if measured else 'Nothing yet.'}",
        f"## Files\n\n{_table(('file', 'SHA-256'), [(name, f'`{digest}`') for name, digest in files.items()])}",
    ]
    return "\n\n".join(parts) + "\n"


def _about(manifest: ModelManifest) -> str:
    if manifest.kind == "reranker":
        return (
            "A reranker: it reads a question and a passage together and gives one number, higher for a better passage."
        )
    return (
        f"An embedding model: it turns a text into {manifest.dimension} numbers, such that texts of like meaning have "
        "vectors of like direction."
    )


def _facts(model: ModelFolder) -> list[tuple[str, str]]:
    manifest = model.manifest
    facts = [("id", f"`{model.model_id}`"), ("licence", manifest.licence), ("source", manifest.source)]
    facts += [("precision", manifest.precision), ("longest input, tokens", f"{manifest.max_tokens:,}")]
    if manifest.kind == "embedder":
        reference = "" if manifest.normalised else "; the reference does not bring vectors to length 1, ragstream does"
        facts += [("dimension", str(manifest.dimension)), ("pooling", f"{manifest.pooling}{reference}")]
        facts += [("before a question", _quoted(manifest.query_prefix))]
        facts += [("before a passage", _quoted(manifest.passage_prefix))]
    return facts


def _quoted(prefix: str) -> str:
    return f"`{prefix}`" if prefix else "nothing"


def _limits(manifest: ModelManifest) -> str:
    limits = [f"It reads {manifest.max_tokens:,} tokens, special ones included."]
    if manifest.kind == "reranker":
        limits.append("A longer pair is shortened: the passage first, the question to half of that at most.")
    else:
        limits.append("Documents are cut into chunks that fit; a longer question is shortened.")
    limits.append("Languages, training data and intended use are those of the source; ask its own card.")
    if manifest.precision == "int8":
        limits.append(
            "Activations are rounded with one scale a run. On a processor a run is one text, so equal texts have equal "
            "vectors; where several share a run, a vector depends a little on its neighbours."
        )
    if manifest.precision == "fp16":
        limits.append("Half precision is for GPUs; on a processor it is slower than fp32.")
    return "\n".join(f"- {each}" for each in limits)


def _table(head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    lines = [f"| {left} | {right} |" for left, right in [head, ("---", "---"), *rows]]
    return "\n".join(lines)
