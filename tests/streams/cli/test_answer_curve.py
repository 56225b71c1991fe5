from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering import AnsweringOptions
from streams.cli.answer_curve import CERTAIN, MOST_POINTS, NEVER, Point, Seen, at_gold, ours, plain_similarity, see
from streams.cli.eval_questions import Asker
from streams.cli.squad import JudgedQuestion
from tests.agents.answering.fakes import passage

FERRY = passage("The ferry to Hvar leaves Split at nine.", 1, similarity=0.7)


class World:
    def __init__(self, *passages):
        self.passages = passages

    async def embed_question(self, text):
        return np.array([[1.0, 0.0]], np.float32), False

    async def search(self, search, vector):
        return self.passages


async def seen(text, *passages, gold=(), doc_id="d1"):
    world = World(*passages)
    asker = Asker(world, world, None, lambda: datetime(2026, 3, 1, tzinfo=UTC), "t")
    return await see(JudgedQuestion("q", text, doc_id, gold), asker, AnsweringOptions())


async def test_an_answerable_question_is_seen_with_its_draft_and_standing():
    found = await seen("When does the ferry leave Split?", FERRY, gold=("nine",))
    assert (found.answerable, found.retrieved, found.right, found.similarity) == (True, True, True, 0.7)
    assert 0.5 < found.standing < 1


async def test_a_question_that_denies_stands_lower_but_is_not_refused():
    found = await seen("When does the ferry not leave Split?", FERRY)
    assert NEVER < found.standing < 0.3
    assert not found.answerable


async def test_what_other_thresholds_refuse_never_stands():
    far = FERRY.model_copy(update={"similarity": 0.1})
    assert (await seen("When do trains leave Zagreb?", far)).standing == NEVER
    assert (await seen("When do trains leave Zagreb?")).similarity == NEVER


async def test_what_is_not_judged_is_certain():
    assert (await seen("ferry Split", FERRY)).standing == CERTAIN


def point_of(answerable, right, standing):
    return Seen(answerable, retrieved=True, right=right, similarity=standing / 2, standing=standing)


SEEN = [
    point_of(answerable=True, right=True, standing=0.9),
    point_of(answerable=True, right=False, standing=0.7),
    point_of(answerable=True, right=True, standing=0.5),
    point_of(answerable=False, right=False, standing=0.6),
    point_of(answerable=False, right=False, standing=0.1),
]


def test_each_threshold_is_a_point():
    assert ours(SEEN) == [
        Point(0.1, 0.6667, 1.0),
        Point(0.5, 0.6667, 0.5),
        Point(0.6, 0.3333, 0.5),
        Point(0.7, 0.3333, 0.0),
        Point(0.9, 0.3333, 0.0),
    ]
    assert [point.threshold for point in plain_similarity(SEEN)] == pytest.approx([0.05, 0.25, 0.3, 0.35, 0.45])


def test_a_question_whose_paragraph_was_not_retrieved_counts_in_no_share():
    lost = Seen(answerable=True, retrieved=False, right=False, similarity=0.9, standing=0.95)
    assert ours([*SEEN, lost])[:-1] == ours(SEEN)


def test_the_point_at_a_share_has_the_fewest_wrong_answers():
    curve = ours(SEEN)
    assert at_gold(curve, 0.6) == Point(0.5, 0.6667, 0.5)
    assert at_gold(curve, 0.3).wrong == 0.0
    assert at_gold(curve, 0.9) is None
    assert ours([]) == []


@given(st.lists(st.builds(point_of, st.booleans(), st.booleans(), st.floats(0, 1)), max_size=30))
def test_a_higher_threshold_never_answers_more(questions):
    curve = ours(questions)
    assert len(curve) <= 2 * MOST_POINTS
    assert all(one.gold >= other.gold and one.wrong >= other.wrong for one, other in pairwise(curve))
