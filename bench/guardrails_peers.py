"""Texts in, what other people's scanners say of them out, each from an environment of its own."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.ingest_processes import ENVIRONMENTS, Asked, site_packages

Scanner = Callable[[str], bool]
Found = tuple[str, int, int]
PRESIDIO = {"presidio 2.2.366": 0.0, "presidio 2.2.366, score 0.4 and over": 0.4}
"""Name to the least score of what counts. As it is shipped everything counts; from 0.4 on, patterns that are rather
sure do, telephone numbers among them."""


def scanners() -> dict[str, Scanner]:
    """Two scanners by regular expressions, as their makers ship them; they need nothing else, so they run in here."""
    sys.path.append(str(site_packages("injection")))
    from clawguard_core import scan_text  # noqa: PLC0415 - installed by the line above
    from prompt_shield import PromptScanner  # noqa: PLC0415

    scanner = PromptScanner()
    return {
        "ai-injection-guard 0.3.0": lambda text: not scanner.scan(text).is_safe,
        "clawguard-core 0.4.0": lambda text: scan_text(text).total_findings > 0,
    }


class Presidio:
    """Finds personal data by `guardrails_presidio.py`, whose process says how long it took itself."""

    def __init__(self, process: Asked) -> None:
        self._process = process
        self.spent: list[float] = []
        """Milliseconds of its processor for each text so far."""

    def __call__(self, text: str) -> list[Found]:
        reply: dict[str, Any] = self._process.ask({"text": text})
        self.spent.append(reply["ms"])
        return [(kind, start, end) for kind, start, end in reply["found"]]


@contextmanager
def presidio(least: float) -> Iterator[Presidio]:
    """A finder that counts what Presidio gives this score or more."""
    site_packages("presidio")
    command = [ENVIRONMENTS / "presidio" / "bin" / "python", Path(__file__).with_name("guardrails_presidio.py")]
    with TemporaryDirectory() as folder, Asked([*command, str(least)], {}, Path(folder) / "log") as process:
        yield Presidio(process)
