import numpy as np
import pytest

from agents.answering.options import AnsweringOptions
from agents.answering.retrieve import retrieve
from agents.answering.stopwatch import Stopwatch
from tests.agents.answering.fakes import ASKED, Playbook, asked, passage

VECTOR = np.array([[1.0, 0.0]], np.float32)


async def test_the_index_orders_the_passages_and_the_options_weigh_the_halves():
    near, far = passage("near", 1), passage("far", 2)
    play = Playbook(near, far)
    options = AnsweringOptions(mode="lexical", fusion="ranked", alpha=0.2)
    found = await retrieve(asked(), VECTOR, play, options, Stopwatch(play.clock, ASKED, 1_000))
    assert found.passages == (near, far)
    assert found.findings == ()
    search = play.calls[-1][1]
    assert (search.mode, search.fusion, search.alpha) == ("lexical", "ranked", 0.2)


@pytest.mark.parametrize(("text", "language"), [("Wann fährt die Fähre ab?", "de"), ("When?", "und")])
async def test_the_search_knows_the_questions_language(text, language):
    play = Playbook()
    await retrieve(asked(text), VECTOR, play, AnsweringOptions(), Stopwatch(play.clock, ASKED, 1_000))
    assert play.calls[-1][1].language == language
