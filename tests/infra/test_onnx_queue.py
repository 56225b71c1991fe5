import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.onnx_queue import RowQueue
from infra.onnx_rows import Row


def row(length, number=0):
    return Row([number] * length)


def numbers(rows):
    return np.array([[each.ids[0]] for each in rows], np.float32)


class Model:
    """Gives each row its first id, remembers its runs, and can be held."""

    def __init__(self):
        self.runs = []
        self.go, self.begun = threading.Event(), threading.Event()
        self.go.set()
        self.bad = set()

    def __call__(self, rows):
        self.runs.append([each.ids[0] for each in rows])
        self.begun.set()
        assert self.go.wait(10)
        if self.bad & set(self.runs[-1]):
            raise ZeroDivisionError
        return numbers(rows)

    def hold(self, queue):
        """The queue's thread is busy until `go` is set."""
        self.go.clear()
        self.begun.clear()
        future = queue.submit([row(1, 99)])
        assert self.begun.wait(10)
        self.runs.clear()
        return future


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def opened(model):
    queues = []

    def open_queue(**options):
        queues.append(RowQueue("tested", model, **options))
        return queues[-1]

    yield open_queue
    model.go.set()
    for queue in queues:
        queue.close()


@given(
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=12), min_size=1, max_size=6),
    st.sampled_from([0, 16, 64, 1_000]),
    st.integers(1, 3),
)
def test_every_row_gets_its_own_result_in_its_callers_order_and_runs_stay_within_the_budget(jobs, budget, workers):
    """FAILURES 34: what one run may take is bounded."""
    sizes = []

    def run(rows):
        sizes.append((len(rows), max(len(each.ids) for each in rows)))
        return numbers(rows)

    queue = RowQueue("tested", run, workers=workers, max_tokens=budget)
    futures = [
        queue.submit([row(length, 100 * number + place) for place, length in enumerate(lengths)])
        for number, lengths in enumerate(jobs)
    ]
    for number, (future, lengths) in enumerate(zip(futures, jobs, strict=True)):
        assert future.result(10)[:, 0].tolist() == [100 * number + place for place in range(len(lengths))]
    queue.close()
    assert all(rows == 1 or rows * width <= budget for rows, width in sizes)


def test_urgent_rows_go_first_and_the_rest_in_order_of_arrival(model, opened):
    queue = opened()
    model.hold(queue)
    futures = [queue.submit([row(3, 1), row(3, 2)]), queue.submit([row(3, 3)]), queue.submit([row(9, 4)], urgent=True)]
    model.go.set()
    for future in futures:
        future.result(10)
    assert model.runs == [[4], [1], [2], [3]]


def test_rows_of_several_callers_share_a_run_and_questions_do_not_wait_for_documents(model, opened):
    queue = opened(max_tokens=100)
    model.hold(queue)
    futures = [queue.submit([row(10, number)]) for number in range(1, 4)]
    futures += [queue.submit([row(10, number)], urgent=True) for number in (4, 5)]
    model.go.set()
    for future in futures:
        future.result(10)
    assert model.runs == [[4, 5], [1, 2, 3]]


def test_a_run_that_is_not_full_waits_for_other_callers_as_long_as_it_may(model, opened):
    queue = opened(max_tokens=100, linger_s=1.0)
    began = time.monotonic()
    first = queue.submit([row(10, 1)])
    second = queue.submit([row(10, 2)])
    first.result(10)
    second.result(10)
    assert model.runs == [[1, 2]]
    assert 0.9 < time.monotonic() - began < 5
    began = time.monotonic()
    queue.submit([row(10, number) for number in range(10)]).result(10)
    assert time.monotonic() - began < 0.9


def test_rows_that_nobody_waits_for_any_longer_do_not_fill_a_run(model, opened):
    queue = opened(max_tokens=100, linger_s=0.3)
    model.hold(queue)
    first = queue.submit([row(10, 1)])
    assert queue.submit([row(90, 2)]).cancel()
    model.go.set()
    time.sleep(0.05)
    second = queue.submit([row(10, 3)])
    first.result(10)
    second.result(10)
    assert model.runs == [[1, 3]]


def test_rows_that_were_cancelled_before_their_turn_are_skipped(model, opened):
    queue = opened()
    model.hold(queue)
    unwanted = queue.submit([row(3, 1), row(3, 2)])
    wanted = queue.submit([row(3, 3)])
    assert unwanted.cancel()
    model.go.set()
    wanted.result(10)
    assert model.runs == [[3]]


def test_rows_that_were_cancelled_during_their_turn_harm_nobody(model, opened):
    queue = opened()
    held = model.hold(queue)
    assert held.cancel()
    model.go.set()
    assert queue.submit([row(3, 3)]).result(10)[0, 0] == 3


def test_a_job_that_is_cancelled_while_a_run_is_put_together_costs_no_worker(model, opened):
    """Nothing may be left to run between two looks at the queue, and the thread must not take that for its end."""
    queue = opened()
    model.hold(queue)
    unwanted = queue.submit([row(3, 1)])
    looks = []

    def cancelled_after_the_first_look():
        looks.append(None)
        return len(looks) > 1

    unwanted.done = cancelled_after_the_first_look
    model.go.set()
    while len(looks) < 2:
        time.sleep(0.01)
    assert queue.submit([row(3, 2)]).result(10)[0, 0] == 2
    assert model.runs == [[2]]


def test_a_run_costs_the_same_however_many_callers_wait(model, opened):
    queue = opened()
    model.hold(queue)
    futures = [queue.submit([row(1, number)]) for number in range(5_000)]
    began = time.monotonic()
    model.go.set()
    assert [int(future.result(60)[0, 0]) for future in futures] == list(range(5_000))
    assert time.monotonic() - began < 5


def test_a_run_with_another_number_of_results_fails_its_callers_and_costs_no_worker():
    queue = RowQueue("tested", lambda rows: np.ones((3, 1), np.float32))
    with pytest.raises(ValueError, match="a run of 1 rows gave 3 results"):
        queue.submit([row(1)]).result(10)
    with pytest.raises(ValueError, match="a run of 1 rows gave 3 results"):
        queue.submit([row(1)]).result(10)
    queue.close()


def test_no_rows_are_refused_since_no_run_would_ever_end_them(opened):
    with pytest.raises(ValueError, match="tested was given no rows"):
        opened().submit([])


def test_one_bad_row_fails_its_own_caller_alone(model, opened):
    """FAILURES 38."""
    queue = opened(max_tokens=1_000)
    model.hold(queue)
    model.bad = {2}
    futures = [queue.submit([row(3, number)]) for number in (1, 2, 3)]
    model.go.set()
    assert futures[0].result(10)[0, 0] == 1
    assert futures[2].result(10)[0, 0] == 3
    with pytest.raises(ZeroDivisionError):
        futures[1].result(10)


def test_several_workers_run_at_once(model, opened):
    queue = opened(workers=3)
    model.go.clear()
    future = queue.submit([row(3, number) for number in range(5)])
    while len(model.runs) < 3:
        time.sleep(0.01)
    time.sleep(0.05)
    assert len(model.runs) == 3
    model.go.set()
    future.result(10)


def test_close_finishes_what_was_submitted_and_ends_the_threads(model, opened):
    queue = opened(workers=2)
    model.go.clear()
    future = queue.submit([row(3, number) for number in range(5)])
    closing = threading.Thread(target=queue.close)
    closing.start()
    model.go.set()
    closing.join(10)
    assert future.result(0).shape == (5, 1)
    assert not any(thread.is_alive() for thread in queue._threads)


def test_a_call_after_close_is_refused_and_close_may_be_repeated(opened):
    queue = opened()
    queue.close()
    queue.close()
    with pytest.raises(RuntimeError, match="tested is closed"):
        queue.submit([row(1)])
