from pathlib import Path

from agents.monitors import DEFAULTS
from streams.monitors_table import BEGIN, END, markdown, with_table

GUIDE = Path(__file__).parents[2] / "docs" / "monitors.md"


def test_every_monitor_has_a_row():
    rows = markdown().splitlines()
    assert len(rows) == len(DEFAULTS) + 2
    assert all(row.count("|") == rows[0].count("|") for row in rows)


def test_the_table_goes_between_the_markers():
    assert with_table(f"before\n{BEGIN}\nold\n{END}\nafter") == f"before\n{BEGIN}\n{markdown()}\n{END}\nafter"


def test_the_guide_has_the_table_as_it_is():
    page = GUIDE.read_text("utf-8")
    assert with_table(page) == page, "make docs"
