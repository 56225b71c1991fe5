"""A home in, the processor time of each process that was started there out: what a busy machine changes least."""

from collections.abc import Mapping
from pathlib import Path

import psutil

from infra.local.process import ManagedProcess


def processor_seconds(home: Path) -> dict[str, float]:
    """User and system time since the start of each process that runs, by its name."""
    found = {}
    for process in ManagedProcess.known(home):
        if (pid := process.pid) is not None:
            times = psutil.Process(pid).cpu_times()
            found[process.name] = times.user + times.system
    return found


def milliseconds_each(before: Mapping[str, float], after: Mapping[str, float], documents: int) -> dict[str, float]:
    """What was spent in between for one document; a process that was not there before is left out."""
    return {
        name: round(1_000 * (after[name] - before[name]) / documents, 2)
        for name in sorted(before.keys() & after.keys())
    }
