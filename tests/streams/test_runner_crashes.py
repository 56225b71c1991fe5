"""Wherever the process dies and however much comes again, what is left is what one clean run would have left."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.streams.playbook import World, step_stage
from tests.streams.samples import document, record


class Crash(BaseException):
    pass


class MortalWorld(World):
    """Dies before or after the sends and writes whose number is in `deaths`."""

    def __init__(self, deaths):
        super().__init__()
        self.deaths = set(deaths)
        self.acts = 0

    def _live(self):
        self.acts += 1
        if self.acts in self.deaths:
            raise Crash

    async def send(self, records):
        for each in records:
            self._live()
            await super().send([each])
        self._live()

    async def write(self, record, key, value):
        self._live()
        await super().write(record, key, value)
        self._live()


def records_of(events):
    return [record(document(doc_id, text), offset=offset) for offset, (doc_id, text) in enumerate(events)]


async def run(world, records, sizes, lags):
    """Process in batches of `sizes`; after a crash go on from what was committed, less a lag of commits lost."""
    position, batch = 0, 0
    while position < len(records):
        size, lag = sizes[batch % len(sizes)], lags[batch % len(lags)]
        batch += 1
        try:
            await world.runner(step_stage()).process(records[position : position + size])
        except Crash:
            position = max(0, position - lag)
        else:
            position += size


events = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "x", "boom"])), min_size=1, max_size=25)


@settings(max_examples=300, deadline=None)
@given(
    events=events,
    sizes=st.lists(st.integers(1, 8), min_size=1, max_size=5),
    lags=st.lists(st.integers(0, 10), min_size=1, max_size=5),
    deaths=st.lists(st.integers(1, 60), max_size=8),
)
def test_state_and_distinct_outputs_are_those_of_a_clean_run(events, sizes, lags, deaths):
    """DESIGN section 4."""
    records = records_of(events)
    clean, crashed = World(), MortalWorld(deaths)
    asyncio.run(clean.runner(step_stage()).process(records))
    asyncio.run(run(crashed, records, sizes, lags))
    assert crashed.data == clean.data
    assert {(out.topic, out.key, out.value) for out in crashed.sent} == {
        (out.topic, out.key, out.value) for out in clean.sent
    }
    assert len({event.event_id for event in crashed.events()}) == len(clean.sent)
