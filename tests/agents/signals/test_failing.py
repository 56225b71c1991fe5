from agents.signals import making_dead_letters_observed
from schemas.operations import DeadLettered
from tests.agents.signals.samples import ABOUT

observe = making_dead_letters_observed({"watch"})


def letter(stage):
    return DeadLettered(**ABOUT, topic="chunks", partition=1, offset=2, stage=stage, reason="no", error="Malformed")


async def test_a_dead_letter_counts_for_those_who_operate_whosever_it_is():
    [found] = await observe(letter("index"))
    assert (found.slot, found.values) == ("default/operations", {"dead_letters": 1.0})
    assert found.labels == {"stage": "index", "error": "Malformed"}


async def test_a_dead_letter_of_what_looks_at_signals_is_not_a_signal_again():
    assert await observe(letter("watch")) == ()
