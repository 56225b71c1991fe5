from pathlib import Path

import pytest

from agents.guardrails.rules import RULES
from streams.rules_table import BEGIN, END, in_words, markdown, rule_row, with_table
from tests.agents.guardrails.fakes import BrokenRule, WordRule


def test_there_is_one_row_a_rule():
    lines = markdown().splitlines()
    assert len(lines) == len(RULES) + 2
    assert all(line.startswith(f"| `{rule.name}` | ") for line, rule in zip(lines[2:], RULES, strict=True))


def test_a_row_says_which_options_there_are_of_which_type():
    row = rule_row(WordRule)
    assert row["options"]["score"] == {"type": "float", "default": 1.0}
    assert in_words(row) == ('word: "secret", score: 1.0, whole: false', "")
    assert in_words(rule_row(BrokenRule)) == ("", "")


def test_the_table_replaces_what_stands_between_the_markers_and_nothing_else():
    page = f"# Title\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    assert with_table(page) == f"# Title\n\n{BEGIN}\n{markdown()}\n{END}\n\nMore.\n"


@pytest.mark.parametrize("page", ["", BEGIN, END, f"{END}{BEGIN}"])
def test_a_page_without_both_markers_is_refused(page):
    with pytest.raises(ValueError, match="needs the markers"):
        with_table(page)


def test_the_guide_shows_the_rules_as_they_are():
    page = (Path(__file__).parents[2] / "docs" / "guardrails.md").read_text("utf-8")
    assert with_table(page) == page, "make docs"
