import asyncio
from datetime import timedelta

from agents.monitors import watch
from schemas.event import EPOCH, Origin
from schemas.monitors import NoData, SignalsObserved, Threshold
from streams.monitor_replay import LATER, SOON, Replay, moments, replayed
from tests.agents.monitors.worlds import at, monitor

SLOW = monitor(Threshold(above=100.0), for_s=30.0, keep_s=60.0)


def seen(second, value, tenant="acme", source="answers"):
    return SignalsObserved(
        event_id=f"{tenant}{second}{source}", tenant=tenant, at=at(second), source=source, values={"latency_ms": value}
    )


def run(*definitions, signals, until=2_000):
    past = Replay("acme", definitions)
    past.add(signals)
    past.run(at(until), lambda _: None)
    return past


def test_it_says_what_would_have_been_raised_and_who_would_have_been_told():
    values = [(second, 500 if 100 <= second < 200 or second == 400 else 50) for second in range(0, 600, 5)]
    past = run(SLOW, signals=[seen(*each) for each in reversed(values)])
    assert [(each.since, each.until) for each in past.spans] == [(at(100), at(200)), (at(400), at(405))]
    (alert,) = past.alerts
    assert (alert.alert, alert.started_at) == ("mine", at(100)), "the second one did not last for 30 s"
    assert past.observed == {"answers": 120}
    assert past.series["mine", "latency_ms"].count == 120


def test_time_passes_between_events_and_after_the_last():
    silent = monitor(NoData(after_s=300.0, minimum=2))
    past = run(silent, signals=[seen(second, 1.0) for second in (0, 10, 20, 700)], until=5_000)
    assert [each.until for each in past.spans] == [at(700), None]
    assert abs(past.spans[0].told_at - at(320)) <= SOON


def test_an_event_that_comes_again_and_those_of_others_do_not_count():
    past = run(SLOW, signals=[seen(0, 1.0), seen(0, 1.0), seen(1, 1.0, tenant="other")])
    assert past.observed == {"answers": 1}


def test_records_whose_times_step_back_in_their_partition_all_count():
    signals = [
        seen(second, 1.0).model_copy(
            update={"origin": Origin(topic="answers", partition=0, offset=99 - second, at=at(9))}
        )
        for second in range(10)
    ]
    assert run(SLOW, signals=signals).series["mine", "latency_ms"].count == 10
    past = Replay("acme", [SLOW])
    past.add(signals)
    state = None
    for each in past.observations("answers"):
        state, _ = watch(state, each)
    assert state is not None
    assert state.observed == 10


def test_the_past_is_read_from_the_events_that_are_asked_for():
    async def events():
        yield seen(0, 1.0, source="operations")
        yield seen(5, 1.0, source="operations")
        yield seen(6, 1.0)  # what answers showed is taken from the answers
        yield seen(7, 1.0, tenant="other", source="operations")

    past = Replay("acme", ())
    asyncio.run(replayed(events(), past, at(1), lambda _: None))
    past.run(at(10), lambda _: None)
    assert past.observed == {"operations": 1}


def test_time_passes_in_small_steps_at_first():
    found = list(moments(EPOCH, EPOCH + timedelta(hours=2)))
    assert found[0] - EPOCH == SOON
    assert found[-1] - found[-2] == LATER
    assert len(found) < 80
