from pathlib import Path

from schemas.log_fields import FIELDS, LINE, TEXTS
from streams.event_lines import TOLD
from streams.logs_table import BEGIN, END, markdown, with_tables

GUIDE = Path(__file__).parents[2] / "docs" / "logs.md"


def test_every_event_that_is_told_and_every_field_is_in_it():
    text = markdown()
    assert [name for name in (*TOLD, *LINE, *FIELDS, *TEXTS) if f"`{name}`" not in text] == []


def test_the_tables_go_between_the_markers():
    assert with_tables(f"before\n{BEGIN}\nold\n{END}\nafter") == f"before\n{BEGIN}\n{markdown()}\n{END}\nafter"


def test_the_guide_has_the_tables_as_they_are():
    page = GUIDE.read_text("utf-8")
    assert with_tables(page) == page, "make docs"
