import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.feedback.votes import with_vote, worth
from tests.agents.feedback.samples import later, vote


def votes_of(*given):
    votes = {}
    for each in given:
        votes = with_vote(votes, each)
    return votes


def test_the_last_vote_by_event_time_counts_whatever_came_last():
    assert worth(votes_of(vote(1, 1, at=later(minutes=2)), vote(-1, 2, at=later(minutes=1)))) == 1


def test_a_retraction_takes_the_vote_back_and_an_older_vote_does_not_come_back():
    votes = votes_of(vote(None, 1, at=later(minutes=2)), vote(1, 2))
    assert worth(votes) is None


def test_every_user_has_one_word_however_often_and_in_however_many_kinds_it_is_said():
    votes = votes_of(vote(1, 1), vote(1, 2, kind="rating", at=later(minutes=1)), vote(-1, 3, user="bob"))
    assert worth(votes) == 0


def test_of_two_kinds_said_on_purpose_the_later_is_the_users_word():
    assert worth(votes_of(vote(1, 1), vote(-0.5, 2, kind="correction", at=later(minutes=1)))) == -0.5


def test_signals_count_half_and_only_of_users_who_said_nothing():
    clicked = votes_of(vote(1, 1, kind="click"), vote(0, 2, kind="follow-up"))
    assert worth(clicked) == 0.25
    assert worth(with_vote(clicked, vote(-1, 3))) == -1


def test_those_without_a_name_are_one_user():
    assert worth(votes_of(vote(1, 1, user=None), vote(-1, 2, user=None, at=later(minutes=1)), vote(0, 3))) == -0.5


VOTES = st.builds(
    lambda offset, score, user, minutes, kind: vote(score, offset, user, at=later(minutes=minutes), kind=kind),
    st.integers(0, 10_000),
    st.none() | st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]),
    st.sampled_from(["ann", "bob", None]),
    st.integers(0, 3),
    st.sampled_from(["thumb", "rating", "click"]),
)


@given(st.lists(VOTES, max_size=12, unique_by=lambda each: each.event_id), st.randoms())
def test_order_and_repetition_change_nothing(votes, chance):
    shuffled = [*votes, *votes]
    chance.shuffle(shuffled)
    assert worth(votes_of(*shuffled)) == (
        None if worth(votes_of(*votes)) is None else pytest.approx(worth(votes_of(*votes)))
    )
    assert votes_of(*shuffled) == votes_of(*votes)
