from datetime import timedelta

import pytest

from agents.answering import ExtractiveGenerator
from agents.answering.fallback_generator import RULE, FallbackGenerator
from schemas.answers import Usage
from schemas.drafts import Claim, DraftEnded, DraftRestarted, DraftStarted
from schemas.failures import ModelUnavailableError, PermanentError, TransientError
from tests.agents.answering.fakes import FakeClock
from tests.agents.answering.scripted_chat import ScriptedChat, chatting, parts_of, spelt, task


class Remembering(ExtractiveGenerator):
    """The extractive generator; it keeps the tasks that it was given."""

    def __init__(self):
        self.tasks = []

    async def draft(self, task):
        self.tasks.append(task)
        async for part in super().draft(task):
            yield part


def backed(*script, clock=None):
    return FallbackGenerator(chatting(*script), Remembering(), clock or FakeClock())


async def test_a_model_that_is_well_is_passed_through():
    script = spelt("The ferry leaves Split at half past nine [1].")
    assert await parts_of(backed(*script)) == await parts_of(chatting(*script))


@pytest.mark.parametrize(
    "error",
    [TransientError("the stream was cut"), PermanentError("it refuses"), ModelUnavailableError("left alone")],
)
@pytest.mark.parametrize("said", [[], ["The ferry leaves Split at half past nine [1]. It", " takes"]])
async def test_one_that_fails_is_replaced_whatever_it_had_said(error, said):
    parts = await parts_of(backed(*said, error))
    [restart] = [at for at, part in enumerate(parts) if isinstance(part, DraftRestarted)]
    assert [type(part) for part in parts[:restart]] == [DraftStarted] + [Claim] * bool(said)
    assert parts[restart].finding.rule == RULE
    assert parts[restart].finding.reason == f"chat-1/scripted@here could not answer, so extractive-1 did: {error}"
    assert parts[restart].generator_id == "extractive-1"
    assert parts[restart + 1 :] == await parts_of(ExtractiveGenerator())
    assert parts[-1] == DraftEnded(generator_id="extractive-1")


@pytest.mark.parametrize("said", ["The ferry leaves at midnight.", "I am a helpful assistant. I hope so!", " "])
async def test_one_that_writes_only_what_nothing_carries_is_replaced_and_what_it_took_is_told(said):
    parts = await parts_of(backed(*spelt(said)))
    [restarted] = [part for part in parts if isinstance(part, DraftRestarted)]
    assert restarted.finding.reason.endswith("nothing that it wrote is carried by a passage")
    assert parts[-1] == DraftEnded(generator_id="extractive-1", usage=Usage(input_tokens=90, output_tokens=9))


@pytest.mark.parametrize("said", ["NO ANSWER", "The ferry leaves Split at half past nine. I hope so!"])
async def test_one_that_says_no_or_something_that_is_carried_is_left_alone(said):
    parts = await parts_of(backed(*spelt(said)))
    assert not any(isinstance(part, DraftRestarted) for part in parts)
    assert parts[-1].generator_id == "chat-1/scripted@here"


async def test_a_reason_is_one_line_of_bounded_length():
    parts = await parts_of(backed(TransientError("x\n" * 5_000)))
    [restarted] = [part for part in parts if isinstance(part, DraftRestarted)]
    assert len(restarted.finding.reason) < 400
    assert "\n" not in restarted.finding.reason


async def test_a_bug_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        await parts_of(backed(ZeroDivisionError()))


@pytest.mark.parametrize(("left", "for_the_model"), [(30.0, 29.0), (2.0, 1.6), (0.0, 0.0)])
async def test_time_is_kept_for_the_second(left, for_the_model):
    clock = FakeClock()
    generator = backed(lambda: clock.pass_by(1_600), TransientError("too slow"), clock=clock)
    await parts_of(generator, task(seconds_left=left))
    [(_, _, given)] = generator._primary._chat.calls
    assert given == pytest.approx(for_the_model)
    [second] = generator._fallback.tasks
    assert second.seconds_left == pytest.approx(max(0.0, left - 1.6))
    assert clock.at - FakeClock().at == timedelta(seconds=1.6)


async def test_giving_up_closes_the_model():
    generator = backed(*spelt("The ferry leaves Split at half past nine [1]. It takes 55 minutes."))
    parts = generator.draft(task())
    await anext(parts)
    await anext(parts)
    await parts.aclose()
    chat: ScriptedChat = generator._primary._chat
    assert chat.closed
    assert generator._fallback.tasks == []
