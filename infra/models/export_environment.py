"""A job in, its files out: `export_script.py` runs where torch and optimum are, an environment that is made once.

Their pins contradict those of the run time, and torch takes gigabytes, so nothing else ever uses that environment.
"""

import asyncio
import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from infra.local.cache import cached, finished, run
from infra.local.progress import Progress, telling
from infra.models.export_script import REFUSED
from infra.settings import Settings
from schemas.failures import ConfigurationError

LOCK: Final = Path(__file__).with_name("export.lock")
SCRIPT: Final = Path(__file__).with_name("export_script.py")
NEEDED: Final = ("optimum", "onnxruntime", "sentence_transformers")
DISK_GB: Final = 7
SPARE_GB: Final = 4
"""For what pip unpacks on the way."""
INSTALL_LIMIT_S: Final = 7_200.0
"""For 3 GB: a line of half a megabyte a second."""
JOB_LIMIT_S: Final = 7_200.0
JOB: Final = "job.json"


async def ensure_environment(settings: Settings, progress: Progress) -> Path:
    """The Python to run jobs with: this one if ragstream's extra `export` is installed, else one in the cache.

    Raises `ConfigurationError` when the environment cannot be made, or the disk is too full for it.
    """
    if all(importlib.util.find_spec(name) for name in NEEDED):
        return Path(sys.executable)
    folder = environment_folder(settings)
    if not finished(folder):
        _check_disk(settings.cache_folder())
        progress(
            f"Exporting needs torch and optimum: they are installed once, into {folder}, "
            f"a download of about 3 GB, {DISK_GB} GB on disk"
        )
    await cached(folder, lambda into: _install(into, progress), progress)
    return folder / "bin" / "python"


def environment_folder(settings: Settings) -> Path:
    """Where the environment is, or will be: another lock or another Python has another."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    return settings.cache_folder() / "export" / f"python{sys.version_info.major}.{sys.version_info.minor}-{digest}"


def _check_disk(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache).free / 1e9
    if free < DISK_GB + SPARE_GB:
        raise ConfigurationError(
            f"exporting needs torch and optimum, {DISK_GB + SPARE_GB} GB while they are installed, and {cache} has "
            f"{free:.0f} GB: free some, or set RAGSTREAM_CACHE to a folder on another disk"
        )


async def _install(into: Path, progress: Progress) -> None:
    async with telling(progress, "Installing torch and optimum; it will be kept"):
        await run([sys.executable, "-m", "venv", str(into)], os.environ, into, doing="Making a venv", limit_s=120)
        options = ("--require-hashes", "--disable-pip-version-check", "--no-compile", "--requirement", str(LOCK))
        command = [str(into / "bin" / "python"), "-m", "pip", "install", *options]
        await run(command, os.environ, into, doing="Installing torch and optimum with pip", limit_s=INSTALL_LIMIT_S)


async def run_job(python: Path, job: Mapping[str, Any], *, doing: str) -> None:
    """Run a job of `export_script.py` with the Python of `ensure_environment`; it writes into the folder `into`.

    Raises `ConfigurationError`: with the script's own sentence when it refuses the model, else with its last lines.
    """
    into = Path(job["into"])
    await asyncio.to_thread((into / JOB).write_text, json.dumps(job), "utf-8")
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    env |= {"HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONWARNINGS": "ignore"}
    if job["do"] != "fetch":
        env |= {"HF_HUB_OFFLINE": "1"}
    # -P: else the modules beside the script would hide others of the same names.
    command = [str(python), "-P", str(SCRIPT), str(into / JOB)]
    try:
        await run(command, env, into, doing=doing, limit_s=JOB_LIMIT_S)
    except ConfigurationError:
        refused = into / REFUSED
        if refused.is_file():
            raise ConfigurationError(f"{job['source']} cannot be exported: {refused.read_text('utf-8')}") from None
        raise
    finally:
        (into / JOB).unlink(missing_ok=True)
