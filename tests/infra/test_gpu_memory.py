"""NVML, as far as it can be had without a GPU; on a machine that has one, the real library."""

import ctypes

from infra import gpu_memory
from infra.gpu_memory import GpuMemory
from infra.models.cpu import has_gpu


class FakeNvml:
    """Three devices, of which the second tells nothing."""

    def nvmlDeviceGetCount_v2(self, count):  # noqa: N802 - NVML's names
        count._obj.value = 3
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, number, device):  # noqa: N802
        device._obj.value = number + 1
        return 0

    def nvmlDeviceGetMemoryInfo(self, device, memory):  # noqa: N802
        if device.value == 2:
            return 3
        memory._obj.total, memory._obj.used = 80, 10 * device.value
        return 0


def test_each_device_that_tells_its_memory_is_read():
    assert list(GpuMemory(FakeNvml()).read()) == [(0, 10, 80), (2, 30, 80)]


def test_without_a_driver_there_is_nothing_to_read(monkeypatch):
    monkeypatch.setattr(gpu_memory, "LIBRARY", "libno-such-thing.so")
    assert GpuMemory.found() is None


def test_the_structure_is_as_large_as_nvmls():
    assert ctypes.sizeof(gpu_memory._Memory) == 24


def test_on_this_machine_there_are_devices_exactly_where_there_is_a_driver():
    found = GpuMemory.found()
    if has_gpu():
        assert all(0 < used <= total for _, used, total in found.read())
    else:
        assert found is None
