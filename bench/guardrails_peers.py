"""Texts in, the verdicts of other people's scanners out, from an environment of their own."""

import sys
from collections.abc import Callable

from bench.ingest_processes import site_packages

Scanner = Callable[[str], bool]


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
