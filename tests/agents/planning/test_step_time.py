"""Documents of every shape that made a splitter slow somewhere, through the whole step."""

import time

import pytest

from agents.planning import make_planning_step
from tests.agents.planning.counting import SIZES, WordCounter, essay
from tests.agents.planning.playbook import upserted

SIZE = 12_000
"""Characters of the small document; the large one has eight times as many."""


def repeated(kind, unit):
    return kind, lambda size: unit * (size // len(unit))


SHAPES = {
    "prose": ("text/plain", lambda size: essay(size // 240)),
    "one line without a space": repeated("text/plain", "QUJDREVGR0hJ"),
    "one letter and a space": repeated("text/plain", "a "),
    "tiny paragraphs": repeated("text/plain", "x\n\n"),
    "tiny paragraphs of markdown": repeated("text/markdown", "x\n\n"),
    "headings": repeated("text/markdown", "# x\n"),
    "quotes in quotes": repeated("text/markdown", ">"),
    "lists in lists": repeated("text/markdown", "- "),
    "tiny paragraphs of html": repeated("text/html", "<p>x"),
    "html in html": repeated("text/html", "<div>x"),
    "code in code": repeated("text/html", "<pre>x\n\n"),
    "html lists in lists": repeated("text/html", "<ul><li>x"),
    "blanks": repeated("text/plain", " "),
    "controls": repeated("text/plain", "\x00a\x1b["),
    "marks": repeated("text/plain", "\u0301"),
}


@pytest.mark.parametrize(("kind", "of_size"), SHAPES.values(), ids=SHAPES)
def test_planning_takes_time_about_linear_in_the_document(kind, of_size):
    """FAILURES 48: eight times the text may take no more than 24 times as long (64 would be quadratic)."""

    def seconds(size):
        document = upserted(of_size(size), content_type=kind)
        taken = []
        for _ in range(2):
            step = make_planning_step(WordCounter(), SIZES, "fake@1")
            started = time.process_time()
            step(None, document)
            taken.append(time.process_time() - started)
        return min(taken)

    assert seconds(8 * SIZE) < 24 * seconds(SIZE) + 0.25
