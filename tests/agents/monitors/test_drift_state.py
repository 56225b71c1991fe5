import numpy as np

from agents.monitors.detecting import Observation
from agents.monitors.drift_state import (
    MAX_TEXT,
    RECENT_BLOCKS,
    REFERENCE_BLOCKS,
    QuestionDriftState,
    added,
    began_at,
    block_size,
    examples,
    learning,
    means,
)
from agents.monitors.kernel_features import FEATURES, features, projected
from schemas.monitors import QuestionDrift
from tests.agents.monitors.question_worlds import NEW, USUAL, questions
from tests.agents.monitors.worlds import at

SMALL = QuestionDrift(reference=60, window=30)


def after(seen: list[Observation], asked: QuestionDrift) -> QuestionDriftState:
    state = QuestionDriftState()
    for each in seen:
        direction = projected(each.vector or b"")
        state = added(state, asked, direction, features(direction), each)
    return state


def test_the_first_questions_are_the_reference_and_the_latest_are_recent() -> None:
    assert learning(QuestionDriftState(), SMALL)
    state = after(questions(101, 1), SMALL)
    assert not learning(state, SMALL)
    assert block_size(SMALL) == 3
    assert [each.at for each in state.reference] == [at(3 * block) for block in range(20)]
    assert [each.at for each in state.recent] == [at(69 + 3 * block) for block in range(RECENT_BLOCKS)]
    assert (state.filled, state.began, state.seen) == (2, at(99), 101)


def test_a_block_is_the_mean_of_its_questions_features() -> None:
    seen = questions(3, 1)
    found = means(after(seen, SMALL).reference)
    mean = np.mean([features(projected(each.vector or b"")) for each in seen], axis=0)
    assert found.shape == (1, FEATURES)
    assert np.abs(found[0] - mean).max() < 0.0005


def test_examples_keep_their_texts_shortened_and_lie_where_they_lay() -> None:
    seen = [Observation(each.at, vector=each.vector, text=each.text * 9) for each in questions(20, 1)]
    for kept, given in zip(examples(after(seen, SMALL).reference_cards), seen, strict=True):
        assert kept.text == given.text[:MAX_TEXT]
        assert kept.direction @ projected(given.vector or b"") > 0.98


def test_recent_examples_are_those_of_the_window_and_know_their_answers() -> None:
    state = after(questions(300, 1), SMALL)
    assert [each.answer_id.rpartition("-")[2] for each in state.recent_cards if each.answer_id] == [
        str(number) for number in range(270, 300)
    ]
    assert all(each.answer_id is None for each in state.reference_cards)


def test_the_state_stays_as_small_as_it_is_after_a_window() -> None:
    for asked in (QuestionDrift(), QuestionDrift(window=30, reference=2_000), QuestionDrift(window=2_000)):
        long = [Observation(each.at, vector=each.vector, text="x" * 999) for each in questions(5_000, 1)]
        state = after(long, asked)
        assert len(state.reference) <= REFERENCE_BLOCKS
        assert len(state.model_dump_json()) < 60_000
    assert len(after(questions(2_000, 1), QuestionDrift()).model_dump_json()) < 40_000


def test_when_it_began_is_the_first_of_the_blocks_that_are_new() -> None:
    state = after(questions(75, 1) + questions(15, 2, NEW, first=75), SMALL)
    assert began_at(state) == at(75)
    assert began_at(after(questions(90, 1, USUAL), SMALL)) <= at(87)
