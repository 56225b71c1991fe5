from dataclasses import replace

import pytest

from schemas.failures import TransientError
from schemas.guardrails import PolicyPublished
from schemas.operations import DeadLettered
from schemas.prompts import PromptLabelled, PromptPublished
from streams.control_events import MOST_PROBLEMS, STAGE, ControlEvents
from streams.topics import DEAD_LETTERS, POLICIES, PROMPTS
from tests.streams.outboxes import Outbox
from tests.streams.prompt_samples import NAMES, labelled, published, recorded


def refuse(_):
    raise ValueError("not this one")


async def take(records, appliers, outbox=None):
    events = ControlEvents(appliers, NAMES, outbox)
    return events, [await events.take(each) for each in records]


def apart(values):
    """Records, each under a key of its own."""
    return [replace(each, key=str(each.offset).encode()) for each in recorded(values)]


async def test_each_event_goes_to_the_keeper_of_its_kind():
    kept, labels = [], []
    appliers = {PromptPublished: kept.append, PromptLabelled: labels.append}
    _, applied = await take(recorded([published(), labelled("v")]), appliers)
    assert applied == [True, True]
    assert [each.version for each in kept] == [published().version]
    assert [each.version for each in labels] == ["v"]


async def test_only_topics_that_somebody_keeps_are_named():
    assert ControlEvents({PromptPublished: print}, NAMES).topics == (PROMPTS,)
    assert ControlEvents({PolicyPublished: print, PromptLabelled: print}, NAMES).topics == (PROMPTS, POLICIES)
    assert ControlEvents({}, NAMES).topics == ()


async def test_a_kind_that_nobody_keeps_is_passed_over():
    events, applied = await take(recorded([labelled("v")]), {PromptPublished: refuse}, outbox := Outbox())
    assert (applied, list(events.problems), outbox.sent) == ([False], [], [])


async def test_what_is_no_event_is_dead_lettered_and_its_neighbours_are_applied():
    kept, outbox = [], Outbox()
    bad = [b"{", b'{"type": "PromptPublished", "name": ""}', b'{"type": "Elsewhere"}']
    events, applied = await take(apart([*bad, published()]), {PromptPublished: kept.append}, outbox)
    assert applied == [False, False, False, True]
    assert len(kept) == 1
    assert [(each.stage, each.topic, each.offset) for each in outbox.events(DEAD_LETTERS)] == [
        (STAGE, "prompts", offset) for offset in range(3)
    ]
    assert len(events.problems) == 3
    assert events.problems[0].startswith("prompts/0@0: the value is not JSON")


async def test_a_keeper_that_refuses_or_breaks_costs_its_own_event_only():
    outbox = Outbox()
    events, applied = await take(recorded([published(tenant="acme")]), {PromptPublished: refuse}, outbox)
    (letter,) = outbox.events(DEAD_LETTERS)
    assert isinstance(letter, DeadLettered)
    assert (applied, letter.error, letter.reason, letter.tenant) == ([False], "ValueError", "not this one", "acme")
    assert list(events.problems) == ["prompts/0@0: not this one"]


async def test_the_letter_of_a_record_is_the_same_in_every_worker():
    one, other = Outbox(), Outbox()
    await take(recorded([b"{"]), {PromptPublished: refuse}, one)
    await take(recorded([b"{"]), {PromptPublished: refuse}, other)
    assert one.sent == other.sent


async def test_a_letter_that_cannot_be_sent_stops_nothing():
    kept = []
    outbox = Outbox(TransientError("Kafka is away"))
    _, applied = await take(recorded([b"{", published()]), {PromptPublished: kept.append}, outbox)
    assert applied == [False, True]


@pytest.mark.parametrize("then", [None, published()])
async def test_a_problem_is_none_any_more_once_its_key_has_another_record(then):
    events, _ = await take(recorded([b"{", then]), {PromptPublished: print})
    assert events.problems == ()


async def test_of_very_many_problems_the_last_are_kept():
    events, _ = await take(apart([b"{"] * (MOST_PROBLEMS + 2)), {PromptPublished: print})
    assert len(events.problems) == MOST_PROBLEMS
    assert events.problems[0].startswith("prompts/0@2: ")


async def test_without_an_outbox_problems_are_only_kept():
    events, _ = await take(recorded([b"{"]), {PromptPublished: refuse})
    assert len(events.problems) == 1


async def test_a_tombstone_is_no_problem_and_changes_nothing_until_the_next_start():
    events, applied = await take(recorded([None]), {PromptPublished: refuse}, outbox := Outbox())
    assert (applied, list(events.problems), outbox.sent) == ([False], [], [])
