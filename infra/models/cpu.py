"""The machine in, what its processors can do and how much of them is ours out."""

import os
from collections.abc import Sequence
from ctypes.util import find_library
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

CPU_INFO: Final = Path("/proc/cpuinfo")
CGROUP: Final = Path("/sys/fs/cgroup")
GPU_DEVICES: Final = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
"""Present where there is an NVIDIA driver: on Linux, and on Linux inside Windows."""


def has_vnni(cpu_info: Path = CPU_INFO) -> bool:
    """Whether the processor has AVX-VNNI or AVX512-VNNI; False where that cannot be told."""
    try:
        flags = cpu_info.read_text("utf-8")
    except OSError:
        return False
    return "avx512_vnni" in flags or "avx_vnni" in flags


def has_gpu(devices: Sequence[Path] = GPU_DEVICES) -> bool:
    """Whether there is an NVIDIA driver; whether ONNX Runtime can use it, only a session can tell."""
    return any(path.exists() for path in devices)


def has_cuda() -> bool:
    """Whether CUDA is installed: as packages, by the extra `cuda`, or where the system looks for libraries."""
    try:
        return bool(version("nvidia-cuda-runtime"))
    except PackageNotFoundError:
        return find_library("cudart") is not None


def cpu_quota(cgroup: Path = CGROUP) -> int:
    """Processors that this process may keep busy, at least 1: its affinity, bounded by the container's quota.

    Control group v2 has the quota in `cpu.max` ("max 100000" or "150000 100000", microseconds per period), v1 in two
    files (-1: none); see the kernel's `admin-guide/cgroup-v2` and `scheduler/sched-bwc`.
    """
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, period = _quota(cgroup)
    return max(1, available if quota <= 0 else min(available, round(quota / period)))


def _quota(cgroup: Path) -> tuple[int, int]:
    """Microseconds per period; a quota of 0 is none."""
    try:
        quota, period = (cgroup / "cpu.max").read_text("ascii").split()
        return (0, 1) if quota == "max" else (int(quota), int(period))
    except (OSError, ValueError):
        pass
    try:
        folder = cgroup / "cpu"
        return int((folder / "cpu.cfs_quota_us").read_text("ascii")), int(
            (folder / "cpu.cfs_period_us").read_text("ascii")
        )
    except (OSError, ValueError):
        return 0, 1
