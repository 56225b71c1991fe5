"""The bench of feedback checks itself before it judges: what it expects, worked out by hand."""

import csv
import math

import pytest

from bench.feedback_pasts import pasts_of, sums_of_pasts
from bench.feedback_replay import compared, means_of, sums_of
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


def test_a_difference_in_one_answer_in_one_arm_or_in_one_past_is_found():
    worth = {"movie-1": 0.5, "movie-4": -1.0, "movie-3": 1.0}  # movie-3 is in no experiment
    sums = sums_of(worth)
    assert sums[arm_of("movie-1")] == {"units": 1, "total": 0.5, "squares": 0.25}
    pasts = {unit_of("movie-4"): 0.25}
    whole = sums_of_pasts(means_of(worth), {unit_of(each): arm_of(each) for each in worth}, pasts)
    assert whole["b"] == {"units": 1, "total": -1, "before": 0.25, "squares": 0.0625, "products": -0.25}
    both = {arm: {**sums[arm], "past": whole[arm]} for arm in sums}
    found = {"worth": worth, "pasts": pasts, "sums": {"feedback": both}}
    assert compared(worth, found)["equal"]
    assert not compared(worth, {**found, "worth": {**worth, "movie-4": math.nan}})["equal"]
    wrong = {**both, "a": {**both["a"], "units": 2.0}}
    assert not compared(worth, {**found, "sums": {"feedback": wrong}})["equal"]
    assert not compared(worth, {**found, "pasts": {}})["equal"]


def test_a_past_is_what_was_said_last_before_the_first_exposure_to_an_experiment():
    said = {"metric": "feedback", "experiment": "", "unit": "u"}
    outcomes = [
        {**said, "answer_id": "1", "score": 1},
        {**said, "answer_id": "1", "score": 0.5},
        {**said, "answer_id": "2", "score": None},
        {**said, "answer_id": "2", "score": 1, "experiment": "replay"},
        {"metric": "feedback", "unit": "u", "experiments": ["replay"]},
        {**said, "answer_id": "1", "score": -1},
        {"metric": "feedback", "unit": "u", "experiments": ["replay"]},
        {"metric": "feedback", "unit": "v", "experiments": ["replay"]},
    ]
    assert pasts_of(outcomes) == {"u": 0.5}


def test_a_unit_has_one_arm():
    assert len({(unit_of(f"movie-{n}"), arm_of(f"movie-{n}")) for n in range(5_000)}) == 500
