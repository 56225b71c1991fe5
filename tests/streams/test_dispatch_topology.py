"""What the dispatch role reads, and in what order."""

from streams.dispatch_topology import DispatchingPorts, dispatch_stages
from streams.roles import DISPATCH, SOURCES
from streams.stages import HandlerStage, StepStage
from streams.subscription_book import InMemorySubscriptionBook
from tests.agents.dispatching.samples import NOON, due

STAGES = dispatch_stages(
    DispatchingPorts(notifiers={}, book=InMemorySubscriptionBook(), clock=lambda: NOON, concurrency=7)
)


def test_the_role_reads_each_of_its_topics_in_one_stage():
    assert [stage.source for stage in STAGES] == list(SOURCES[DISPATCH])
    assert {stage.role for stage in STAGES} == {DISPATCH}


def test_alerts_are_routed_one_at_a_time_and_told_many_at_once():
    route, deliver, send = STAGES
    assert isinstance(route, HandlerStage)
    assert route.concurrency == 1
    assert isinstance(deliver, StepStage)
    assert deliver.due_every_s <= 1
    assert isinstance(send, HandlerStage)
    assert send.concurrency == 7


def test_an_attempt_that_breaks_is_made_again():
    send = STAGES[-1]
    assert isinstance(send, HandlerStage)
    assert send.fallback is not None
    [outcome] = send.fallback(due(), "unexpected KeyError in stage send")
    assert outcome.result == "failed"
