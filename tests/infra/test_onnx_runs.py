import threading

import pytest

from infra.onnx_runs import RunQueue


@pytest.fixture
def runs():
    queue = RunQueue("tested")
    yield queue
    queue.close()


@pytest.fixture
def busy(runs):
    """The queue's thread is held until the event is set."""
    go, begun = threading.Event(), threading.Event()
    runs.submit(lambda: (begun.set(), go.wait(10)))
    assert begun.wait(10)
    yield go
    go.set()


def test_calls_run_in_order_of_arrival_and_urgent_ones_first(runs, busy):
    ran = []
    futures = [runs.submit(lambda name=name: ran.append(name)) for name in ("first", "second")]
    futures.append(runs.submit(lambda: ran.append("urgent"), urgent=True))
    busy.set()
    for future in futures:
        future.result(10)
    assert ran == ["urgent", "first", "second"]


def test_a_call_that_was_cancelled_before_its_turn_is_skipped(runs, busy):
    ran = []
    unwanted = runs.submit(lambda: ran.append("unwanted"))
    wanted = runs.submit(lambda: ran.append("wanted"))
    assert unwanted.cancel()
    busy.set()
    wanted.result(10)
    assert ran == ["wanted"]


def test_an_error_goes_to_whoever_waits_and_the_thread_lives_on(runs):
    with pytest.raises(ZeroDivisionError):
        runs.submit(lambda: 1 // 0).result(10)
    assert runs.submit(lambda: 7).result(10) == 7


def test_close_finishes_what_was_submitted_and_ends_the_thread(runs, busy):
    future = runs.submit(lambda: "done")
    busy.set()
    runs.close()
    assert future.result(0) == "done"
    assert not runs._thread.is_alive()


def test_a_call_after_close_is_refused_and_close_may_be_repeated(runs):
    runs.close()
    runs.close()
    with pytest.raises(RuntimeError, match="tested is closed"):
        runs.submit(lambda: 1)
