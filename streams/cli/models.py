"""`ragstream models`: what is here, what it is, and how another one is made and checked."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from infra.models import ensure_model
from infra.models.catalogue import chosen_folder, find_model, kept_models
from infra.models.default_model import NAME, default_folder
from infra.models.model_folder import CARD, ModelFolder, read_model
from infra.settings import Settings
from schemas.failures import ConfigurationError
from streams.cli.models_export import export, quantize
from streams.cli.models_verify import verify_model
from streams.cli.options import Json, ModelName, new_app
from streams.cli.output import NotRunningError, plain, show_facts, showing_progress, stdout, write_json
from streams.cli.settings import load_settings

app = new_app("Models: list, fetch, export, quantise, verify.")
app.command()(export)
app.command()(quantize)
app.command("verify")(verify_model)

WIDE: Final = 1_000
"""Columns: a name is what a setting takes, so a narrow terminal breaks the line, and nothing is cut off."""


@app.callback()
def models() -> None:
    """Models: list, fetch, export, quantise, verify."""


@app.command("list")
def list_models(*, as_json: Json = False) -> None:
    """Show the models in the cache and which one the settings choose; this one and the default also if not here.

    `RAGSTREAM_EMBEDDER__MODEL` chooses one by its name here, or by the path of its folder.
    """
    settings = load_settings()
    rows = _rows(settings)
    if as_json:
        write_json({"models": rows})
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("", "name", "kind", "precision", "dimension", "tokens", "MB", "id", "folder"):
        table.add_column(heading, justify="right" if heading in {"dimension", "tokens", "MB"} else "left")
    for row in rows:
        shown = ("kind", "precision", "dimension", "max_tokens", "megabytes", "id")
        cells = [plain("—" if row[key] is None else str(row[key])) for key in shown]
        folder = str(row["folder"]) if row["here"] else _absence(row)
        table.add_row("*" if row["chosen"] else "", plain(str(row["name"])), *cells, plain(folder))
    console = stdout()
    console.width = max(console.width, WIDE)
    console.print(table)


def _rows(settings: Settings) -> list[dict[str, Any]]:
    chosen = chosen_folder(settings)
    rows = [_row(model, chosen=model.path == chosen) for model in kept_models(settings)]
    default = default_folder(settings)
    if default not in [row["folder"] for row in rows]:
        rows.append(_absent(NAME, default, chosen=default == chosen))
    if not any(row["chosen"] for row in rows):
        try:
            rows.append(_row(read_model(chosen), chosen=True))
        except ConfigurationError:
            rows.append(_absent(settings.embedder.model, chosen, chosen=True))
    return rows


def _absent(name: str, folder: Path, *, chosen: bool) -> dict[str, Any]:
    unknown = dict.fromkeys(("kind", "precision", "dimension", "max_tokens", "megabytes", "id", "licence"))
    return {"name": name, **unknown, "folder": folder, "here": False, "chosen": chosen}


def _absence(row: Mapping[str, Any]) -> str:
    if row["folder"].is_dir():
        return "broken: ragstream doctor says how"
    return "not here yet: ragstream models pull" if row["name"] == NAME else "not here"


def _row(model: ModelFolder, *, chosen: bool) -> dict[str, Any]:
    manifest = model.manifest
    size = sum(path.stat().st_size for path in model.path.iterdir())
    return {
        "name": model.path.name,
        "kind": manifest.kind,
        "precision": manifest.precision,
        "dimension": manifest.dimension,
        "max_tokens": manifest.max_tokens,
        "megabytes": round(size / 1e6, 1),
        "id": model.model_id,
        "licence": manifest.licence,
        "folder": model.path,
        "here": True,
        "chosen": chosen,
    }


@app.command()
def pull(*, as_json: Json = False) -> None:
    """Make sure that the embedding model which the settings name is here; print its id and folder.

    `ragstream up` does the same. Run it where an image is built, so that its workers start without a download.
    """
    settings = load_settings()
    with showing_progress(machine=as_json) as progress:
        model = asyncio.run(ensure_model(settings, progress))
    show_facts({"embedder": model.embedder_id, "folder": str(model.path)}, as_json=as_json)


@app.command()
def card(name: ModelName = None, *, as_json: Json = False) -> None:
    """Print a model's card: what it is, where it comes from, its licence and limits, what was measured, its hashes.

    Exit code 3 when the model has no card. A file that has changed since the model was made is refused.
    """
    settings = load_settings()
    model = find_model(settings, name or settings.embedder.model)
    path = model.path / CARD
    if not path.is_file():
        raise NotRunningError(f"there is no card in {model.path}: the model was made without one")
    text = path.read_text("utf-8", "replace")
    if as_json:
        write_json({"id": model.model_id, "folder": str(model.path), **model.manifest.model_dump(), "card": text})
    else:
        stdout().print(plain(text), soft_wrap=True, end="")
