from dataclasses import replace

import pytest

from streams.topic import DAY_MS, FOREVER
from streams.topics import DOCUMENTS, TOPICS
from streams.topics_table import BEGIN, END, kept, markdown, with_table


def test_there_is_one_row_a_topic_of_six_cells_each():
    lines = markdown().splitlines()
    assert len(lines) == len(TOPICS) + 2
    assert {line.count("|") for line in lines} == {7}
    for line, topic in zip(lines[2:], TOPICS, strict=True):
        assert line.startswith(f"| `{topic.name}` | ")
        assert topic.about in line


def test_the_table_replaces_what_stands_between_the_markers_and_nothing_else():
    page = f"# Title\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    assert with_table(page) == f"# Title\n\n{BEGIN}\n{markdown()}\n{END}\n\nMore.\n"
    assert with_table(with_table(page)) == with_table(page)


@pytest.mark.parametrize("page", ["", BEGIN, END, f"{END}{BEGIN}"])
def test_a_page_without_both_markers_is_refused(page):
    with pytest.raises(ValueError, match="needs the markers"):
        with_table(page)


def test_how_long_records_are_kept_is_said_in_words():
    assert kept(DOCUMENTS) == "for good"
    assert kept(replace(DOCUMENTS, retention_ms=FOREVER, compacted=True)) == "last per key"
    assert kept(replace(DOCUMENTS, retention_ms=DAY_MS)) == "1 day"
    assert kept(replace(DOCUMENTS, retention_ms=7 * DAY_MS)) == "7 days"
