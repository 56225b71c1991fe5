"""What the process says of itself when it is asked."""

import os
import time

import psutil

from infra import process_metrics
from infra.process_metrics import observe_process
from schemas import metrics
from tests.readings import Readings


def test_memory_processor_time_and_threads_are_those_of_the_process():
    told = Readings()
    observe_process(told.meter)
    assert told.of(metrics.MEMORY)[()] > 10_000_000
    assert told.of(metrics.THREADS)[()] == psutil.Process(os.getpid()).num_threads()
    before = told.of(metrics.CPU_TIME)
    # Systems count it in ticks, some of them late: until they have, there is nothing to be told.
    until = time.monotonic() + 10.0
    while psutil.Process().cpu_times().user <= before[("user",)] and time.monotonic() < until:
        pass
    assert told.of(metrics.CPU_TIME)[("user",)] > before[("user",)]


class Gpus:
    def read(self):
        yield 0, 5, 9
        yield 1, 2, 9


def test_where_there_are_gpus_their_memory_is_told(monkeypatch):
    monkeypatch.setattr(process_metrics.GpuMemory, "found", Gpus)
    told = Readings()
    observe_process(told.meter)
    assert told.of(metrics.GPU_MEMORY) == {("0",): 5, ("1",): 2}
    assert told.of(metrics.GPU_LIMIT) == {("0",): 9, ("1",): 9}
