"""A local stack for one measurement: in a temporary home, and gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ingest_processes import tell
from infra.local import stack
from infra.settings import Settings


@contextmanager
def own_stack() -> Iterator[Settings]:
    """Settings with a home of its own; whatever was started there is stopped at the end, and the home removed."""
    home = Path(tempfile.mkdtemp(prefix="ragstream-bench-"))
    settings = Settings(home=home)
    try:
        yield settings
    finally:
        stack.down(settings, tell)
        shutil.rmtree(home, ignore_errors=True)
