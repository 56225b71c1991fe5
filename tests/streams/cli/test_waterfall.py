"""The picture of a trace: in every width, and with what came much later."""

import re
from io import StringIO

import pytest
from rich.console import Console

from streams.cli.waterfall import LATER, render_waterfall, summary_line
from streams.trace_tree import look_up, summary
from tests.streams.trace_samples import TRACE, hop, lines_of, otlp

ASKED = (
    hop(
        "answer queries",
        1,
        "answer",
        at=10,
        ms=90,
        ragstream__answer_id="a",
        ragstream__event="QuestionAsked",
        ragstream__outputs=["AnswerServed"],
        ragstream__sent_ms=2.0,
        ragstream__waited_ms=10.0,
    ),
    otlp("embeddings all-MiniLM-L6-v2-int8", 2, parent=1, at=10, ms=5, ragstream__texts=1),
    otlp(
        "retrieval",
        3,
        parent=1,
        at=20,
        ms=40,
        ragstream__found=32,
        gen_ai__retrieval__documents='[{"doc_id": "planning.md", "score": 1.0}]',
    ),
    otlp("draft", 4, parent=1, at=60, ms=30, error="ModelUnwellError"),
)
VOTE = hop("join feedback", 9, "join", trace="3" * 32, at=3_600_000, links=[(TRACE, 1)], ragstream__answer_id="a")


def drawn(width, *lines):
    out = StringIO()
    render_waterfall(Console(file=out, width=width), look_up("a", lines_of(*lines)).rows)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_times_are_whole_and_notes_have_room_in_every_width(width):
    lines = drawn(width, *ASKED, VOTE)
    text = "\n".join(lines)
    assert max(map(len, lines)) <= width
    for number in ("10.0", "90.0", "3,600,000.0"):
        assert re.search(rf"(?<![\d,]){re.escape(number)}(?!\d)", text)
    assert len(lines) < 20
    assert "planning.md 1.000" in " ".join(text.split())


def test_bars_give_way_to_the_notes():
    filled = {width: "\n".join(drawn(width, *ASKED)).count("█") for width in (60, 80, 140)}
    assert filled[60] == 0 < filled[80] < filled[140]


def test_a_vote_an_hour_later_leaves_the_bars_of_the_answer_as_they_are():
    assert drawn(120, *ASKED, VOTE)[1].count("█") >= 10
    last = drawn(120, *ASKED, VOTE)[-1]
    assert LATER in last
    assert "█" not in last
    assert LATER not in "".join(drawn(120, *ASKED))


@pytest.mark.parametrize(("tenant", "told"), [("acme", True), ("default", False)])
def test_whose_it_is_is_told_once_where_it_is_not_the_default_tenants(tenant, told):
    asked = hop("answer queries", 1, "answer", ragstream__answer_id="a", ragstream__event="Q", ragstream__tenant=tenant)
    exposed = hop("expose answers", 2, "expose", parent=1, ragstream__event="E", ragstream__tenant=tenant)
    assert [f"of {tenant}" in line for line in drawn(120, asked, exposed)[1:]] == [told, False]


def test_one_is_told_in_the_singular():
    text = "\n".join(drawn(120, *ASKED))
    assert "1 text\n" in text
    assert "32 found" in text


def test_what_waited_is_light():
    line = drawn(100, *ASKED)[1]
    assert "░░" in line
    assert line.index("░") < line.index("█")


def test_an_answers_time_is_told_from_its_question_on():
    told = summary(look_up("a", lines_of(*ASKED)).rows)
    assert summary_line(told) == (
        "92.0 ms from the question to its answer: 2.0 until it was in Kafka, 10.0 waiting there; "
        "embeddings all-MiniLM-L6-v2-int8 5.0, retrieval 40.0, draft 30.0; 5.0 between them. "
        "0.0 more until it was on its way"
    )
