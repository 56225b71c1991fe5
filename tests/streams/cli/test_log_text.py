import json

import pytest

from infra.log_reader import parsed
from streams.cli.log_text import Wanted, for_machines, for_people

SERVED = {
    "event": "AnswerServed",
    "level": "info",
    "logger": "streams.event_lines",
    "timestamp": "2026-01-01T08:00:00.123456Z",
    "role": "answer",
    "answer_id": "a-1",
    "rules": ["card", "email"],
    "total_ms": 12.5,
    "trace_id": "0" * 31 + "1",
    "span_id": "0" * 15 + "1",
}


def line(**changes):
    return parsed("worker-answer", json.dumps({**SERVED, **changes}))


def test_people_see_when_who_what_and_the_fields():
    assert for_people(line()).plain == (
        "2026-01-01 08:00:00.123 answer   info     AnswerServed       "
        f'trace_id={SERVED["trace_id"]} answer_id=a-1 rules=["card", "email"] total_ms=12.5'
    )


def test_what_a_line_is_about_comes_in_one_order_before_what_it_says():
    shown = for_people(line(offset=7, tenant="acme", stage="answer")).plain
    assert [each.partition("=")[0] for each in shown.split()[5:9]] == ["stage", "offset", "tenant", "trace_id"]


def test_a_sentence_is_quoted_and_what_steers_a_terminal_is_an_escape():
    shown = for_people(line(reason='say "no"\x1b[31m', answer_id="a\u202eb")).plain
    assert r'reason="say \"no\"\u001b[31m"' in shown
    assert r"answer_id=a\u202eb" in shown


def test_what_is_no_line_of_ours_is_shown_as_it_is_and_is_json_for_machines():
    native = parsed("worker-index", "native \x1b[31m words", "2026-01-01T08:00:00Z")
    assert for_people(native).plain == r"2026-01-01 08:00:00Z    index             native \x1b[31m words"
    assert json.loads(for_machines(native)) == {"worker": "worker-index", "event": "native \x1b[31m words"}
    assert for_machines(line()) == json.dumps(SERVED)


@pytest.mark.parametrize(("level", "takes"), [("debug", True), ("info", True), ("warning", False)])
def test_a_level_takes_itself_and_what_is_above(level, takes):
    assert Wanted(level).takes(line()) == takes
    assert Wanted(level).takes(parsed("w", "a traceback")), "it may be what ended the worker"


def test_of_one_answer_its_lines_and_those_of_its_trace_are_taken():
    for about in ("a-1", SERVED["trace_id"]):
        wanted = Wanted("debug", about)
        wanted.learn(line())
        assert wanted.takes(line(event="waiting", answer_id=None))
        assert not wanted.takes(line(answer_id="a-12", trace_id="other"))
        assert not wanted.takes(parsed("w", f"native words about {about}"))
