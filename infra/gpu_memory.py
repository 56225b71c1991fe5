"""NVIDIA's management library in, memory of the GPUs out. It comes with the driver, so nothing need be installed.

Calls and structures as in `nvml.h` (NVIDIA Management Library API Reference Guide).
"""

import ctypes
from collections.abc import Iterator
from typing import Any, Final, Self

LIBRARY: Final = "libnvidia-ml.so.1"


class _Memory(ctypes.Structure):
    """`nvmlMemory_t`, in bytes."""

    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


class GpuMemory:
    """The GPUs of this machine."""

    def __init__(self, library: Any) -> None:
        """`library` is NVML, initialised."""
        self._library = library

    @classmethod
    def found(cls) -> Self | None:
        """None where there is no NVIDIA driver."""
        try:
            library = ctypes.CDLL(LIBRARY)
        except OSError:
            return None
        return cls(library) if library.nvmlInit_v2() == 0 else None

    def read(self) -> Iterator[tuple[int, int, int]]:
        """Number, bytes in use and bytes in all of each; what NVML does not tell is left out."""
        count = ctypes.c_uint()
        if self._library.nvmlDeviceGetCount_v2(ctypes.byref(count)) != 0:
            return
        for number in range(count.value):
            device, memory = ctypes.c_void_p(), _Memory()
            if self._library.nvmlDeviceGetHandleByIndex_v2(number, ctypes.byref(device)) != 0:
                continue
            if self._library.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)) == 0:
                yield number, memory.used, memory.total
