"""Values of attributes stay few, and each stays what it was."""

from hypothesis import given
from hypothesis import strategies as st

from schemas import metrics
from schemas.metric_bounds import Bounded
from schemas.metrics import OTHER, TENANT


@given(st.lists(st.text(max_size=5)), st.integers(min_value=0, max_value=4))
def test_the_first_so_many_tenants_are_told_apart_and_stay_so(tenants, most):
    bounded = Bounded(most)
    first = list(dict.fromkeys(tenants))[:most]
    assert [bounded(TENANT, each) for each in tenants] == [each if each in first else OTHER for each in tenants]


def test_a_value_that_is_not_one_of_the_known_ones_is_other():
    bounded = Bounded()
    assert bounded(metrics.ANSWER_OUTCOME, "AnswerServed") == "AnswerServed"
    assert bounded(metrics.ANSWER_OUTCOME, "AnswerMislaid") == OTHER


def test_of_what_may_be_anything_the_first_so_many_are_told_apart():
    bounded = Bounded()
    given_ = [bounded(metrics.ERROR, f"Error{n}") for n in range(100)]
    assert given_ == [*(f"Error{n}" for n in range(metrics.ERROR.most)), *[OTHER] * (100 - metrics.ERROR.most)]
