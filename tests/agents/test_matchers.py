import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.matchers import fits, problem_of

LABELS = {"stage": "plan", "monitor": "fresh"}


@pytest.mark.parametrize(
    ("match", "fitting"),
    [
        ((), True),
        (("name=freshness",), True),
        (("name=fresh*",), True),
        (("name=*ness",), True),
        (("name=f*sh*ss",), True),
        (("name=fresh",), False),
        (("name!=fresh*",), False),
        (("severity>=warning",), True),
        (("severity>=critical",), False),
        (("severity<=warning",), True),
        (("severity<=info",), False),
        (("severity=warning",), True),
        (("stage=plan", "monitor=fresh"), True),
        (("stage=plan", "monitor=other"), False),
        (("stage!=plan",), False),
        (("topic=",), True),
        (("topic!=documents",), True),
        (("topic=*",), True),
        (("stage>=plan",), False),
        (("severity>=loud",), False),
        (("no matcher",), False),
    ],
)
def test_all_matchers_must_hold(match, fitting):
    assert fits(match, "freshness", "warning", LABELS) is fitting


def test_a_label_called_name_does_not_hide_the_alerts_own():
    assert fits(("name=freshness",), "freshness", "warning", {"name": "other", "severity": "info"})
    assert not fits(("severity=info",), "freshness", "warning", {"name": "other", "severity": "info"})


@given(st.text("ab*", max_size=12), st.text("ab", max_size=12))
def test_a_star_stands_for_anything(pattern, text):
    assert fits((f"stage={pattern}",), "x", "info", {"stage": text}) is fnmatch.fnmatchcase(text, pattern)


@pytest.mark.parametrize("matcher", ["name=*", "severity>=info", "severity=crit*", "stage!=plan", "stage="])
def test_a_matcher_that_means_something_has_no_problem(matcher):
    assert problem_of(matcher) is None


@pytest.mark.parametrize(
    ("matcher", "said"),
    [("nothing", "no matcher"), ("stage>=plan", "severity alone"), ("severity>=loud", "severities are"),
     ("severity=loud", "severities are"), ("Stage=a", "no matcher")],
)  # fmt: skip
def test_one_that_means_nothing_has_a_sentence_that_says_so(matcher, said):
    assert said in problem_of(matcher)
