"""FAILURES 10: liveness is progress, not a heartbeat; an idle worker and a waiting one are well."""

import socket

from streams.stall_watch import StallWatch, holding

HERE = ("documents", 0)


def observed(watch: StallWatch, *readings: tuple[float, int | None, int | None, bool]) -> list[bool]:
    return [
        watch.observe({HERE: (committed, end)}, busy=busy, now_s=now) == [HERE]
        for now, committed, end, busy in readings
    ]


def test_lag_without_progress_and_without_work_in_hand_is_a_stall_after_the_limit() -> None:
    readings = [(0.0, 5, 9, False), (59.0, 5, 9, False), (60.0, 5, 9, False)]
    assert observed(StallWatch(60), *readings) == [False, False, True]


def test_an_idle_worker_is_well_for_hours() -> None:
    assert observed(StallWatch(60), (0.0, 9, 9, False), (9_999.0, 9, 9, False)) == [False, False]


def test_progress_however_slow_is_progress() -> None:
    readings = [(50.0 * n, n, 100, False) for n in range(20)]
    assert not any(observed(StallWatch(60), *readings))


def test_a_worker_that_waits_with_work_in_hand_is_well() -> None:
    assert observed(StallWatch(60), (0.0, 5, 9, True), (90.0, 5, 9, True)) == [False, False]


def test_the_clock_starts_when_the_work_in_hand_ends() -> None:
    readings = [(0.0, 5, 9, True), (90.0, 5, 9, True), (140.0, 5, 9, False), (151.0, 5, 9, False)]
    assert observed(StallWatch(60), *readings) == [False, False, False, True]


def test_a_group_that_never_committed_stalls_too() -> None:
    assert observed(StallWatch(60), (0.0, None, 3, False), (60.0, None, 3, False)) == [False, True]


def test_an_end_that_is_not_known_yet_is_no_lag() -> None:
    assert observed(StallWatch(60), (0.0, None, None, False), (99.0, None, None, False)) == [False, False]


def test_a_partition_that_was_given_away_and_came_back_starts_anew() -> None:
    watch = StallWatch(60)
    assert observed(watch, (0.0, 5, 9, False)) == [False]
    assert watch.observe({}, busy=False, now_s=30.0) == []
    assert observed(watch, (90.0, 5, 9, False), (149.0, 5, 9, False)) == [False, False]


def test_a_stall_that_was_forgiven_may_be_one_again_after_the_limit() -> None:
    watch = StallWatch(60)
    assert observed(watch, (0.0, 5, 9, False), (60.0, 5, 9, False)) == [False, True]
    watch.forgive([HERE])
    assert observed(watch, (61.0, 5, 9, False), (120.0, 5, 9, False), (121.0, 5, 9, False)) == [False, False, True]


async def test_while_kafka_is_away_nothing_stalls_and_the_worker_lives_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
    assert await holding(nobody, {"documents": 4}, {HERE: (5, 9)}) == set()
