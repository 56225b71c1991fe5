"""A build command in, a finished folder in the user's cache out: whole or absent, and built once however many ask."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from infra.local.files import lock_taken
from infra.local.progress import Progress, telling
from schemas.failures import ConfigurationError

TAIL_LINES: Final = 15
TAIL_BYTES: Final = 8_192
RETRY_S: Final = 0.5


async def cached(folder: Path, build: Callable[[Path], Awaitable[None]], progress: Progress) -> Path:
    """Return `folder`; while it doesn't exist, let `build` fill a temporary folder, then rename that to it.

    A folder that exists is a finished one. Somebody else's build is waited for; what a killed one left is removed.
    """
    if finished(folder):
        return folder
    lock = folder.with_name(f"{folder.name}.lock")
    async with locked(lock, f"Waiting for another build of {folder.name}", progress):
        if not finished(folder):
            building = _temporary(folder)
            try:
                await build(building)
                building.replace(folder)
            finally:
                shutil.rmtree(building, ignore_errors=True)
    return folder


def finished(folder: Path) -> bool:
    """Whether a cached folder is there; it's there only once it's whole."""
    return folder.is_dir()


def _temporary(folder: Path) -> Path:
    for abandoned in folder.parent.glob(f"{folder.name}.building-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    building = Path(tempfile.mkdtemp(prefix=f"{folder.name}.building-", dir=folder.parent))
    building.chmod(0o755)
    return building


@contextlib.asynccontextmanager
async def locked(path: Path, sentence: str, progress: Progress) -> AsyncIterator[None]:
    """Hold the lock file `path` for the block; while somebody else holds it, `sentence` is told."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if not lock_taken(file):
            async with telling(progress, sentence):
                while not lock_taken(file):  # noqa: ASYNC110 the other holder is another process
                    await asyncio.sleep(RETRY_S)
        yield


async def run(argv: Sequence[str], env: Mapping[str, str], cwd: Path, *, doing: str, limit_s: float) -> None:
    """Run a build command to its end.

    Raises ConfigurationError with the last lines of its output when it fails or takes longer than `limit_s` seconds.
    Whatever ends this call early (Ctrl-C too) ends the command and its children.
    """
    child = await asyncio.create_subprocess_exec(
        *argv,
        env=dict(env),
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    said = b""
    try:
        async with asyncio.timeout(limit_s):
            while child.stdout is not None and (chunk := await child.stdout.read(TAIL_BYTES)):
                said = (said + chunk)[-TAIL_BYTES:]
            code = await child.wait()
    except TimeoutError:
        raise ConfigurationError(_failed(doing, f"was not done after {limit_s:.0f} s", said)) from None
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()
    if code != 0:
        raise ConfigurationError(_failed(doing, f"failed (exit status {code})", said))


def _failed(doing: str, how: str, said: bytes) -> str:
    last = said.decode("utf-8", "replace").splitlines()[-TAIL_LINES:]
    return "\n".join([f"{doing} {how}. Its last lines:", *last])
