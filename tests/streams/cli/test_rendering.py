import io

import pytest
from rich.console import Console

from schemas.answers import AnswerAbstained, AnswerFailed, AnswerServed, Citation, Finding, LookedAt, QuestionBlocked
from schemas.chunks import Span
from streams.cli.rendering import human_ms, render_answer

IDS = {"query_id": "q", "answer_id": "a"}


def rendered(answer):
    console = Console(file=io.StringIO(), width=100)
    render_answer(console, answer)
    return console.file.getvalue()


def cited(**fields):
    given = {
        "chunk_id": "c",
        "doc_id": "guide.md",
        "revision": 1,
        "span": Span(start=0, end=5),
        "quote": "Hello",
        "score": 1,
    }
    return Citation(**{**given, **fields})


def test_citations_are_numbered_with_title_sections_and_quote():
    answer = AnswerServed(
        **IDS,
        text="Hello [1].",
        citations=(
            cited(title="Guide", heading=("Setup", "Linux"), quote="Hello\n world"),
            cited(uri="https://x.org/a"),
        ),
        freshness_ms=1_500,
        timings_ms={"search": 3.2, "total": 12.0},
    )
    shown = rendered(answer)
    assert "Hello [1]." in shown
    assert "[1] Guide > Setup > Linux" in shown
    assert "“Hello world”" in shown
    assert "[2] guide.md" in shown
    assert "https://x.org/a" in shown
    assert "newest evidence 1.5 s old · search 3 ms · total 12 ms" in shown
    assert "answer a · newest" in shown


def test_a_title_that_is_the_first_heading_stands_there_once():
    shown = rendered(AnswerServed(**IDS, citations=(cited(title="Guide", heading=("Guide", "Linux")),)))
    assert "[1] Guide > Linux" in shown


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            AnswerAbstained(**IDS, reason="no passage is near"),
            "Nothing in the index supports an answer: no passage is near",
        ),
        (QuestionBlocked(**IDS), "The question was blocked."),
        (AnswerFailed(**IDS, reason="too late"), "No answer could be made: too late"),
    ],
)
def test_an_answer_that_is_none_says_why(answer, said):
    assert said in rendered(answer)


def test_an_abstention_says_what_was_nearest():
    looked = (
        LookedAt(chunk_id="1", doc_id="far", score=1, similarity=0.1),
        LookedAt(chunk_id="2", doc_id="near", score=0, similarity=0.2),
    )
    assert "2 passages were looked at; the nearest (0.20) is in near" in rendered(
        AnswerAbstained(**IDS, looked_at=looked)
    )
    assert "1 passage was looked at; the" in rendered(AnswerAbstained(**IDS, looked_at=looked[:1]))


def test_findings_are_named():
    blocked = QuestionBlocked(**IDS, findings=(Finding(rule="length", reason="too long"),))
    assert "length: too long" in rendered(blocked)


def test_a_document_can_neither_steer_the_terminal_nor_style_the_text():
    shown = rendered(AnswerServed(**IDS, text="\x1b[2J[bold]x[/bold]", citations=(cited(quote="\x1b]0;t\x07"),)))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[bold]x[/bold]" in shown


@pytest.mark.parametrize(
    ("milliseconds", "said"), [(0, "0 ms"), (999, "999 ms"), (61_000, "1.0 min"), (7_200_000, "2.0 h"), (2e8, "2.3 d")]
)
def test_durations_are_in_a_unit_that_a_person_would_use(milliseconds, said):
    assert human_ms(milliseconds) == said


def test_what_was_found_is_told_once_of_an_answer_that_is_served_too():
    fallback = Finding(rule="generator-fallback", reason="the model is away", score=1)
    shown = rendered(AnswerServed(**IDS, text="Hello [1].", citations=(cited(),), findings=(fallback, fallback)))
    assert shown.count("generator-fallback: the model is away") == 1
