"""What a measurement needs beside its figures: machine, load, versions, day."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.ingest_report import FRAMEWORKS

PACKAGES = ("onnxruntime-gpu", "onnxruntime", "faust-streaming", "aiokafka", "weaviate-client")


def machine() -> dict[str, object]:
    """Processor, cores, load average of the last minutes, versions and date (UTC)."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cpu": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load": [round(each, 2) for each in os.getloadavg()],
        "versions": {"python": platform.python_version(), **_versions(), **_pinned()},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


def _pinned() -> dict[str, str]:
    """The frameworks' versions, from the files that their environments are made of."""
    wanted = ("torch", "sentence-transformers", "langchain", "llama-index", "haystack", "weaviate-haystack")
    lists = [Path(__file__).parent / "requirements" / f"{name}.txt" for name in ("torch", *FRAMEWORKS)]
    lines = [line for each in lists for line in each.read_text("utf-8").splitlines() if "==" in line]
    return dict(line.split("==") for line in lines if line.startswith(wanted))
