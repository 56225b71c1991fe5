import asyncio

import pytest

from schemas.answers import AnswerDelta, AnswerFailed, AnswerServed
from schemas.failures import TransientError
from streams.client_stream import ReleasedPieces

ANSWER = AnswerServed(query_id="q", answer_id="a", text="At nine [1]. It takes an hour [2].")


def piece(sequence, text="x", attempt=0, query_id="q"):
    return AnswerDelta(query_id=query_id, answer_id="a", attempt=attempt, sequence=sequence, text=text)


class Asker:
    """Somebody who reads along; what arrives is said in order, `ANSWER` included."""

    def __init__(self):
        self.pieces = ReleasedPieces()
        self.pieces.expect("q")
        self.answer = asyncio.get_running_loop().create_future()

    async def sees(self, *arrivals):
        reading = asyncio.ensure_future(self._read())
        for arrival in arrivals:
            await asyncio.sleep(0)
            if isinstance(arrival, AnswerDelta):
                self.pieces.arrived(arrival)
            elif isinstance(arrival, Exception):
                self.answer.set_exception(arrival)
            else:
                self.answer.set_result(arrival)
        return await asyncio.wait_for(reading, 5)

    async def _read(self):
        return [item async for item in self.pieces.until("q", self.answer)]


@pytest.fixture
async def asker():
    return Asker()


async def test_pieces_come_in_order_and_the_answer_last(asker):
    pieces = [piece(number) for number in range(5)]
    assert await asker.sees(*pieces, ANSWER) == [*pieces, ANSWER]


async def test_pieces_that_never_come_are_not_waited_for(asker):
    assert await asker.sees(ANSWER) == [ANSWER]


async def test_pieces_that_come_after_the_answer_are_not_waited_for(asker):
    assert await asker.sees(piece(0), ANSWER, piece(1)) == [piece(0), ANSWER]


async def test_a_higher_attempt_begins_anew_and_what_a_lower_one_still_says_is_void(asker):
    seen = await asker.sees(piece(0), piece(1), piece(0, attempt=1), piece(2), piece(1, attempt=1), ANSWER)
    assert seen == [piece(0), piece(1), piece(0, attempt=1), piece(1, attempt=1), ANSWER]


async def test_behind_a_missing_piece_nothing_more_is_shown_of_that_attempt(asker):
    seen = await asker.sees(piece(0), piece(2), piece(3), piece(1, attempt=1), piece(0, attempt=2), ANSWER)
    assert seen == [piece(0), piece(0, attempt=2), ANSWER]


async def test_a_redelivered_piece_is_shown_once(asker):
    assert await asker.sees(piece(0), piece(0), piece(1), piece(0), ANSWER) == [piece(0), piece(1), ANSWER]


async def test_another_workers_draft_after_a_crash_is_not_sewn_onto_what_is_shown(asker):
    """Each draft was checked on its own; half of one with half of another was checked by nobody."""
    first, again = [piece(0, "At nine [1]."), piece(1, " Daily [2].")], [piece(0, "It leaves at nine [1].")]
    rest = [piece(number, " It takes an hour [3].") for number in (1, 2)]
    assert await asker.sees(*first, *again, *rest, ANSWER) == [*first, ANSWER]


async def test_other_peoples_pieces_are_passed_over(asker):
    assert await asker.sees(piece(0, query_id="other"), ANSWER) == [ANSWER]


async def test_an_answer_that_is_none_ends_the_stream_as_well(asker):
    failed = AnswerFailed(query_id="q", answer_id="a")
    assert await asker.sees(piece(0), failed) == [piece(0), failed]


async def test_what_waiting_for_the_answer_raises_is_raised(asker):
    with pytest.raises(TransientError, match="not in time"):
        await asker.sees(piece(0), TransientError("not in time"))


async def test_who_stops_reading_leaves_nothing_behind(asker):
    items = asker.pieces.until("q", asker.answer)
    asker.pieces.arrived(piece(0))
    assert await anext(items) == piece(0)
    await items.aclose()
    asker.pieces.forget("q")
    asker.pieces.arrived(piece(1))
    await asyncio.sleep(0)
    assert (len(asker.pieces), asker.answer.cancelled()) == (0, True)
