"""The process and the machine's GPUs in; memory, processor time and threads out, asked when somebody wants to know."""

import psutil
from opentelemetry.metrics import CallbackOptions, Meter, Observation

from infra.gpu_memory import GpuMemory
from schemas.metrics import CPU_MODE, CPU_TIME, GPU, GPU_LIMIT, GPU_MEMORY, MEMORY, THREADS


def observe_process(meter: Meter) -> None:
    """Register what is asked."""
    process = psutil.Process()

    def memory(_: CallbackOptions) -> list[Observation]:
        return [Observation(process.memory_info().rss)]

    def cpu_time(_: CallbackOptions) -> list[Observation]:
        times = process.cpu_times()
        return [Observation(times.user, {CPU_MODE.name: "user"}), Observation(times.system, {CPU_MODE.name: "system"})]

    def threads(_: CallbackOptions) -> list[Observation]:
        return [Observation(process.num_threads())]

    for metric, read in ((MEMORY, memory), (CPU_TIME, cpu_time), (THREADS, threads)):
        metric.on(meter, read)
    gpus = GpuMemory.found()
    if gpus is not None:
        GPU_MEMORY.on(meter, lambda _: [Observation(used, {GPU.name: str(n)}) for n, used, _limit in gpus.read()])
        GPU_LIMIT.on(meter, lambda _: [Observation(limit, {GPU.name: str(n)}) for n, _used, limit in gpus.read()])
