"""A home folder in, a small language model behind OpenAI's chat interface out (llama.cpp, loopback only), detached.

It is for development and tests: SmolLM2-135M-Instruct writes fluently and knows little.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from infra.local.cache import locked
from infra.local.llm_packages import LlmPackages, ensure_llm
from infra.local.ports import Ports
from infra.local.process import ManagedProcess, inherited
from infra.local.progress import Progress
from infra.local.server import answers_ok, ready

NAME: Final = "llm"
MODEL: Final = "SmolLM2-135M-Instruct"
SCRIPT: Final = Path(__file__).with_name("llm_script.py")
START_LIMIT_S: Final = 60.0
STOP_GRACE_S: Final = 5.0


@dataclass(frozen=True)
class LlmSize:
    """How much of the machine it may take."""

    threads: int = 1
    slots: int = 2
    """Requests that are answered at once; others wait in the server."""
    context: int = 4_096
    """Tokens that one request may read and write; the model was trained with 8,192."""


class LlmServer:
    """The local language model of one home folder."""

    title = MODEL

    def __init__(self, home: Path, cache: Path) -> None:
        self.process = ManagedProcess(NAME, home)
        self._home = home
        self._cache = cache
        self._ports = Ports(home / "ports.json")

    @property
    def base_url(self) -> str:
        """Where its interface begins. Raises `ConfigurationError` when it never ran."""
        return f"http://127.0.0.1:{self._ports.of(NAME)}/v1"

    async def start(self, size: LlmSize, progress: Progress) -> bool:
        """Fetch and start what isn't yet; returns whether the process was started by this call.

        One that runs is left alone, whatever its size. Raises `ConfigurationError` when it can't be fetched or doesn't
        come up; then, and on Ctrl-C, what this call started is stopped again.
        """
        async with locked(self._home / "run" / "llm-up.lock", "Waiting for another `ragstream llm up`", progress):
            started = False
            try:
                if not self.process.running():
                    packages = await ensure_llm(self._cache, progress)
                    started = self.process.start(self._command(packages, size), _environment(packages), self._home)
                await ready(self.process, self.answers, self.title, progress, limit_s=START_LIMIT_S)
            except BaseException:
                if started:
                    self.process.stop(0)
                raise
            return started

    async def answers(self) -> bool:
        """Whether it serves. Raises `ConfigurationError` when it never ran."""
        return await answers_ok(f"{self.base_url.removesuffix('/v1')}/health")

    def stop(self) -> bool:
        """Returns whether it was running."""
        return self.process.stop(STOP_GRACE_S)

    def _command(self, packages: LlmPackages, size: LlmSize) -> list[str]:
        port = self._ports.reserve([NAME])[NAME]
        wanted = {"weights": str(packages.weights), "name": MODEL, "port": port, **asdict(size)}
        # -P: else the modules beside the script would hide others of the same names.
        return [sys.executable, "-P", str(SCRIPT), json.dumps(wanted)]


def _environment(packages: LlmPackages) -> dict[str, str]:
    path = {"PYTHONPATH": str(packages.module_path)} if packages.module_path else {}
    return {**dict(inherited("LD_LIBRARY_PATH")), **path}
