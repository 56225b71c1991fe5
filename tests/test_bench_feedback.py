"""The bench of feedback checks itself before it judges: what it expects, worked out by hand."""

import csv
import math

import pytest

from bench.feedback_replay import compared, sums_of
from bench.feedback_votes import arm_of, read, shuffled, unit_of
from schemas.feedback import AnswerExposed, FeedbackGiven


@pytest.fixture
def votes(tmp_path):
    with (tmp_path / "ratings.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["userId", "movieId", "rating", "timestamp"])
        writer.writerows(
            [user, movie, 2.75 + 2.25 * movie / 40, 789652009 + user] for user in range(30) for movie in (1, 2)
        )
    return read(tmp_path)


def test_ratings_become_votes_of_this_century(votes):
    assert min(each.at for each in votes).year == 2000
    [own] = {each.score for each in votes if each.answer == "movie-1" and each.event_id.isdecimal()}
    assert own == pytest.approx(1 / 40)
    assert sum(each.event_id.endswith("-before") for each in votes) == 6
    assert sum(each.score is None for each in votes) == 2


def test_all_comes_in_another_order_and_some_of_it_twice(votes):
    events = shuffled(votes, 1)
    given = [each for each in events if isinstance(each, FeedbackGiven)]
    assert {each.event_id for each in given} == {each.event_id for each in votes}
    assert len(given) == len(votes) + 3
    assert len([each for each in events if isinstance(each, AnswerExposed)]) == 2
    assert [each.event_id for each in given] != [each.event_id for each in votes]


def test_a_difference_in_one_answer_or_in_one_arm_is_found():
    worth = {"movie-1": 0.5, "movie-2": -1.0}
    sums = sums_of(worth)
    assert sums[arm_of("movie-1")] == {"units": 1, "total": 0.5, "squares": 0.25}
    assert compared(worth, {"worth": worth, "sums": {"feedback": sums}})["equal"]
    assert not compared(worth, {"worth": {**worth, "movie-2": math.nan}, "sums": {"feedback": sums}})["equal"]
    wrong = {**sums, "a": {**sums["a"], "units": 2.0}}
    assert not compared(worth, {"worth": worth, "sums": {"feedback": wrong}})["equal"]


def test_a_unit_has_one_arm():
    assert len({(unit_of(f"movie-{n}"), arm_of(f"movie-{n}")) for n in range(5_000)}) == 500
