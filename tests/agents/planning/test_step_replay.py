import random

from hypothesis import given
from hypothesis import strategies as st

from schemas.chunks import ChunksPlanned
from schemas.index_log import DocumentSkipped
from tests.agents.planning.counting import paragraph
from tests.agents.planning.playbook import Planning, deleted, upserted


def edits(seed, count):
    """Versions of one document, each an edit of the one before; now and then blank, retitled or deleted."""
    dice = random.Random(seed)
    paragraphs, title = [paragraph(dice) for _ in range(8)], "Rain"
    for offset in range(count):
        action = dice.choice(["insert", "insert", "remove", "move", "repeat", "title", "same", "blank", "delete"])
        at = dice.randrange(len(paragraphs) + 1)
        if action == "insert":
            paragraphs.insert(at, paragraph(dice))
        elif action == "repeat" and paragraphs:
            paragraphs.insert(at, dice.choice(paragraphs))
        elif action == "remove":
            del paragraphs[at : at + 2]
        elif action == "move":
            paragraphs = paragraphs[at:] + paragraphs[:at]
        elif action == "title":
            title = dice.choice(["Rain", "Snow"])
        if action == "delete":
            yield deleted(offset)
        else:
            yield upserted("" if action == "blank" else "\n\n".join(paragraphs), offset, title=title)


@given(st.integers(0, 10_000), st.integers(1, 8), st.data())
def test_plans_in_order_leave_what_the_last_version_alone_would(seed, count, data):
    """FAILURES 29: also when the end of the plans is delivered a second time, and after a restart at any point."""
    events = list(edits(seed, count))
    restart = data.draw(st.integers(0, count))
    planning, plans = Planning(), []
    for number, event in enumerate(events):
        if number == restart:
            planning = planning.restarted()
        result = planning.give(event)
        if isinstance(result, ChunksPlanned):
            plans.append(result)
    fresh = Planning()
    fresh.give(events[-1])
    assert planning.index == fresh.index
    # Records redelivered to a step whose state has them already: nothing is left but the last version.
    for event in events[data.draw(st.integers(0, count)) :]:
        planning.give(event)
    assert planning.index == fresh.index


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_revisions_grow_by_one_a_change_and_counts_add_up(seed, count):
    planning, revision = Planning(), 0
    for event in edits(seed, count):
        result = planning.give(event)
        if isinstance(result, DocumentSkipped):
            continue
        changed = bool(result.upserts or result.moves or result.deletes)
        assert result.revision - revision in ({1} if changed else {0, 1})
        revision = result.revision
        assert len(result.upserts) + len(result.moves) + result.unchanged == len(planning.state.chunks)
        assert sorted(each[0] for each in planning.index.values()) == list(range(len(planning.index)))


@given(st.integers(0, 10_000), st.integers(1, 8), st.data())
def test_records_planned_again_from_an_older_state_give_the_same_plans(seed, count, data):
    """FAILURES 3: after a crash the changelog may be behind what was sent."""
    events = list(edits(seed, count))
    behind = data.draw(st.integers(0, count))
    planning = Planning()
    for event in events[:behind]:
        planning.give(event)
    step = planning.step
    state, again = planning.state, planning.restarted().state
    for event in events[behind:]:
        state, once = step(state, event)
        again, twice = step(again, event)
        assert once == twice
