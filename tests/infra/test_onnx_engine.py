import asyncio
import threading
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import onnx_engine
from infra.models.cpu import cpu_quota
from infra.onnx_binding import BoundSession
from infra.onnx_engine import OnnxEngine, _Room
from infra.onnx_rows import Row, pooled
from infra.onnx_session import CPU, CUDA, open_session
from infra.settings import EmbedderSettings
from tests.infra.models.tiny_bert import MAX_TOKENS, tiny_model

ON_CPU = EmbedderSettings(device="cpu")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("tiny"))


class FakeCuda:
    """The real session, which says that it runs on CUDA."""

    def __init__(self, session):
        self.session = session
        self.shapes = []

    def __getattr__(self, name):
        return getattr(self.session, name)

    def get_providers(self):
        return [CUDA, CPU]

    def run_with_iobinding(self, binding):
        self.session.run_with_iobinding(binding)


@pytest.fixture
def open_engine(model, monkeypatch):
    monkeypatch.setattr(onnx_engine, "BoundSession", partial(BoundSession, device="cpu"))
    engines = []

    def opened(settings=ON_CPU, wrap=lambda session: session, finish=pooled):
        engines.append(
            OnnxEngine("tested", model, wrap(open_session(model, ON_CPU)), settings, pad_id=0, finish=finish)
        )
        return engines[-1]

    yield opened
    for engine in engines:
        engine.close()


def rows(*lengths):
    return [Row([4 + (place + number) % 20 for number in range(length)]) for place, length in enumerate(lengths)]


def test_on_a_cpu_each_processor_takes_one_text_at_a_time(open_engine):
    """FAILURES 39: the container's processors, not the host's."""
    running = open_engine().running
    assert (running.providers, running.workers, running.max_batch_tokens) == ([CPU], cpu_quota(), 0)
    assert open_engine(EmbedderSettings(device="cpu", threads=7)).running.workers == 7


def test_on_a_gpu_one_thread_takes_a_budget_of_tokens(open_engine):
    running = open_engine(wrap=FakeCuda).running
    assert (running.providers, running.workers, running.max_batch_tokens) == ([CUDA, CPU], 1, 16_384)


async def test_a_gpus_shapes_are_few_and_their_padding_changes_no_vector(open_engine):
    """FAILURES 34: memory is kept for each shape."""
    gpu, cpu = open_engine(wrap=FakeCuda), open_engine()
    for lengths in [(3,), (5, 9, 2), (33, 40), tuple(range(1, MAX_TOKENS + 1))]:
        together = await gpu.run(rows(*lengths), urgent=False)
        assert np.abs(together - await cpu.run(rows(*lengths), urgent=False)).max() < 1e-5
    shapes = gpu._session._buffers
    assert all(width % 32 == 0 and count & (count - 1) == 0 for count, width in shapes)


async def test_a_gpus_run_is_within_the_budget_with_all_its_padding(open_engine):
    """FAILURES 34: rows and widths are rounded up, which may double a run."""
    engine = open_engine(EmbedderSettings(device="cpu", max_batch_tokens=512), wrap=FakeCuda)
    await asyncio.gather(*(engine.run(rows(*[33] * 5, *[20] * 9), urgent=False) for _ in range(4)))
    assert max(count * width for count, width in engine._session._buffers) <= 512


async def test_a_gpus_run_is_not_wider_than_the_model_has_positions(open_engine, monkeypatch):
    monkeypatch.setattr(onnx_engine, "GPU_WIDTH", MAX_TOKENS - 1)
    gpu, cpu = open_engine(wrap=FakeCuda), open_engine()
    whole = rows(MAX_TOKENS)
    assert np.abs(await gpu.run(whole, urgent=False) - await cpu.run(whole, urgent=False)).max() < 1e-5


async def test_a_caller_waits_while_the_queue_is_full_and_questions_have_a_queue_of_their_own(open_engine, monkeypatch):
    """FAILURES 16: memory does not grow with what is asked for."""
    monkeypatch.setattr(onnx_engine, "MOST_WAITING", 20)
    go = threading.Event()
    engine = open_engine(finish=lambda hidden, mask: (go.wait(10), pooled(hidden, mask))[1])
    first = asyncio.ensure_future(engine.run(rows(9, 9), urgent=False))
    second = asyncio.ensure_future(engine.run(rows(5), urgent=False))
    question = asyncio.ensure_future(engine.run(rows(5), urgent=True))
    await asyncio.sleep(0.05)
    assert [len(job.rows) for job in engine._queue._others] in ([2], [])
    assert engine._rooms[False]._held == 18
    assert engine._rooms[True]._held == 5
    go.set()
    await asyncio.gather(first, second, question)
    assert engine._rooms[False]._held == engine._rooms[True]._held == 0


async def test_a_large_holding_gets_in_though_small_ones_never_cease():
    room, large_is_in = _Room(20), asyncio.Event()

    async def small():
        while not large_is_in.is_set():
            async with room.held(9):
                await asyncio.sleep(0)

    async def large():
        async with room.held(15):
            large_is_in.set()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for visitor in (small(), small(), small(), large()):
            group.create_task(visitor)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.integers(0, 11))
def test_a_room_holds_no_more_than_its_bound_unless_one_is_alone_and_everybody_gets_in(amounts, cancelled):
    async def scenario():
        room, inside, most, entered = _Room(20), [], [], []

        async def visit(number, amount):
            async with room.held(amount):
                entered.append(number)
                inside.append(amount)
                most.append(sum(inside) if len(inside) > 1 else 0)
                try:
                    await asyncio.sleep(0)
                finally:
                    inside.remove(amount)

        tasks = [asyncio.ensure_future(visit(*each)) for each in enumerate(amounts)]
        await asyncio.sleep(0)
        tasks[cancelled % len(tasks)].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert max(most, default=0) <= 20
        assert len(set(entered) | {cancelled % len(tasks)}) == len(amounts)
        assert room._held == 0

    asyncio.run(scenario())
