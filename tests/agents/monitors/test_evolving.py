from agents.monitors.evolving import evolved
from agents.monitors.no_data import NoDataState
from tests.agents.monitors.worlds import at


def test_the_next_state_is_what_model_copy_gives_and_the_one_before_stays() -> None:
    before = NoDataState(count=1, last=at(0))
    after = evolved(before, count=2, last=at(1))
    assert after == before.model_copy(update={"count": 2, "last": at(1)})
    assert after.model_dump_json() == NoDataState(count=2, last=at(1)).model_dump_json()
    assert before == NoDataState(count=1, last=at(0))
    assert evolved(after, count=2) == after
