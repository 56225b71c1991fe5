"""Requirement files in, virtual environments and processes in them out; one JSON line asked, one JSON line answered."""

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".venvs"
SHARED = "torch"
"""What all frameworks need is installed once: torch brings 5 GB."""
QUIET = {"CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "DO_NOT_TRACK": "1"}


def tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def python_of(name: str) -> Path:
    """The interpreter of a framework's environment, made from its pinned requirements unless it is there already."""
    shared = _environment(SHARED)
    own = _environment(name)
    (_site_packages(own) / "shared.pth").write_text(f"{_site_packages(shared)}\n", "utf-8")
    return own / "bin" / "python"


def site_packages(name: str) -> Path:
    """Where a framework's environment has its packages; it is made if need be."""
    return _site_packages(_environment(name))


def _environment(name: str) -> Path:
    folder, requirements = ENVIRONMENTS / name, HERE / "requirements" / f"{name}.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = folder / "installed"
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        tell(f"Installing {requirements.name} into {folder.relative_to(HERE.parent)}: minutes for torch.txt, once")
        venv.create(folder, with_pip=True, clear=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--no-deps"]
        # The lists are complete, so that no framework brings another torch than the shared one.
        subprocess.run([*pip, "-r", requirements], check=True, stdout=sys.stderr)
        stamp.write_text(wanted, "utf-8")
    return folder


def _site_packages(folder: Path) -> Path:
    return next((folder / "lib").glob("python3.*")) / "site-packages"


class Asked:
    """A process that answers each JSON line on its stdin with one on its stdout, the first being that it is ready."""

    def __init__(self, command: Sequence[str | Path], env: Mapping[str, str], log: Path) -> None:
        self._command = [*map(str, command)]
        self._log = log.open("w")
        self._process = subprocess.Popen(
            self._command,
            cwd=HERE.parent,
            env={**os.environ, **QUIET, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> Self:
        self.ready = self._reply()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # its stdin ends, so it drops what it stored
        self._log.close()

    def ask(self, request: Any) -> dict[str, Any]:
        """Raises `SystemExit` with the end of its log when the process has ended instead."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        self._process.stdin.write(f"{json.dumps(request)}\n")
        self._process.stdin.flush()
        return self._reply()

    def _reply(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._log.flush()
            last = Path(self._log.name).read_text("utf-8", "replace")[-2_000:]
            raise SystemExit(f"{' '.join(self._command)} ended with {self._process.returncode}:\n{last}")
        reply: dict[str, Any] = json.loads(line)
        return reply
