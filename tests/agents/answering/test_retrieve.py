from agents.answering.options import AnsweringOptions
from agents.answering.retrieve import retrieve
from agents.answering.stopwatch import Stopwatch
from tests.agents.answering.fakes import ASKED, Playbook, asked, passage


async def test_the_index_orders_the_passages_and_the_options_weigh_the_halves():
    near, far = passage("near", 1), passage("far", 2)
    play = Playbook(near, far)
    found = await retrieve(asked(), play, play, AnsweringOptions(alpha=0.2), Stopwatch(play.clock, ASKED, 1_000))
    assert found.passages == (near, far)
    assert found.findings == ()
    assert play.calls[-1][1].alpha == 0.2
