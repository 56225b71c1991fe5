"""What every generator must do; a test file inherits it and gives a `generator` fixture that answers `QUESTION`."""

from contextlib import aclosing

import pytest

from agents.answering.citations import found_at_its_span
from agents.ports import Generator
from schemas.chunks import Span
from schemas.drafts import Claim, DraftEnded, DraftPart, DraftRestarted, DraftStarted, DraftTask
from schemas.event import EPOCH, Origin
from schemas.passages import Passage

QUESTION = "When does the ferry to Hvar leave?"
TEXTS = ["The ferry to Hvar leaves at nine. It takes an hour.", "Bicycles are free.", "猫 🛥", "?", "x " * 3_000]


def passage(number: int, text: str) -> Passage:
    begins = 50 * number
    return Passage(
        chunk_id=f"c{number}",
        doc_id=f"d{number}",
        revision=1,
        text=text,
        ordinal=0,
        span=Span(start=begins, end=begins + len(text)),
        origin=Origin(topic="documents", partition=0, offset=number, at=EPOCH),
        score=0.5,
        similarity=0.5,
    )


PASSAGES = tuple(passage(number, text) for number, text in enumerate(TEXTS))


async def drafted(generator: Generator, question: str, passages: tuple[Passage, ...] = PASSAGES) -> list[DraftPart]:
    task = DraftTask(tenant="acme", question=question, passages=passages, seconds_left=30)
    async with aclosing(generator.draft(task)) as parts:
        return [part async for part in parts]


class GeneratorContract:
    """The port `Generator`, as its callers may rely on it."""

    async def test_a_question_that_a_passage_answers_is_answered_from_it(self, generator: Generator) -> None:
        parts = await drafted(generator, QUESTION)
        claims = [part for part in parts if isinstance(part, Claim)]
        assert any("nine" in claim.text for claim in claims)
        assert any(quote.chunk_id == "c0" for claim in claims for quote in claim.quotes)

    async def test_the_end_comes_last_and_once_and_says_by_whom_the_draft_is(self, generator: Generator) -> None:
        *parts, end = await drafted(generator, QUESTION)
        assert isinstance(end, DraftEnded)
        assert end.generator_id
        assert not any(isinstance(part, DraftEnded) for part in parts)

    async def test_instructions_come_before_any_claim(self, generator: Generator) -> None:
        parts = await drafted(generator, QUESTION)
        last_draft = max((at for at, part in enumerate(parts) if isinstance(part, DraftRestarted)), default=-1)
        started = [at for at, part in enumerate(parts) if isinstance(part, DraftStarted)]
        assert all(at in {0, last_draft + 1} for at in started)

    @pytest.mark.parametrize("question", [QUESTION, "", "?", "猫", "\x00", "nine " * 500])
    async def test_every_quote_is_at_its_span_whatever_is_asked(self, generator: Generator, question: str) -> None:
        by_id = {each.chunk_id: each for each in PASSAGES}
        claims = [part for part in await drafted(generator, question) if isinstance(part, Claim)]
        assert all(claim.text.strip() for claim in claims)
        assert all(found_at_its_span(quote, by_id[quote.chunk_id]) for claim in claims for quote in claim.quotes)

    async def test_without_passages_nothing_is_claimed(self, generator: Generator) -> None:
        """FAILURES 62."""
        parts = await drafted(generator, QUESTION, ())
        assert not any(isinstance(part, Claim) for part in parts)
        assert isinstance(parts[-1], DraftEnded)

    async def test_it_can_be_given_up_at_any_part_and_asked_again(self, generator: Generator) -> None:
        task = DraftTask(tenant="acme", question=QUESTION, passages=PASSAGES, seconds_left=30)
        parts = generator.draft(task)
        first = await anext(parts)
        await parts.aclose()
        assert (await drafted(generator, QUESTION))[0] == first

    def test_it_says_which_it_is(self, generator: Generator) -> None:
        assert generator.generator_id
