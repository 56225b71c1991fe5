import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.markdown_blocks import parse_markdown

MARKS = [
    "# ",
    "## ",
    "\n",
    "\n\n",
    "```\n",
    "~~~\n",
    "    ",
    "- ",
    "1. ",
    "> ",
    "| a | b |\n",
    "|---|---|\n",
    "<!-- ",
    " -->",
]


def headings(text):
    return [(block.level, block.title) for block in parse_markdown(text).blocks if block.kind == "heading"]


def blocks(text, kind):
    parsed = parse_markdown(text)
    return [parsed.text[block.start : block.end] for block in parsed.blocks if block.kind == kind]


def test_headings_of_both_styles_have_level_and_words():
    assert headings("# One\n\nText\n\nTwo\n---\n\n### Three ###\n") == [(1, "One"), (2, "Two"), (3, "Three")]


def test_a_headings_words_are_without_mark_up():
    assert headings("# The `code` of *the* [link](http://a.b) { #anchor }") == [(1, "The code of the link")]
    assert headings("# snake_case_name") == [(1, "snake_case_name")]


@pytest.mark.parametrize(
    "fence",
    [
        "```\n# no\n```",
        "````\n```\n# no\n```\n````",
        "~~~\n# no\n~~~",
        "   ```\n   # no\n   ```",
        "```\n# no",
        "~~~ python\n```\n# no\n~~~",
        "    # no",
    ],
)
def test_a_hash_in_code_is_no_heading(fence):
    """FAILURES 49."""
    assert headings(f"# Yes\n\n{fence}\n") == [(1, "Yes")]
    assert blocks(f"# Yes\n\n{fence}\n", "code")


def test_a_heading_in_a_comment_is_none_and_the_comment_is_left_out():
    """FAILURES 49, 50."""
    parsed = parse_markdown("# Yes\n\n<!--\n# no\n\n# nor this\n-->\n\nText <!-- hidden --> more.\n")
    assert [block.title for block in parsed.blocks] == ["Yes"]
    assert "no" not in parsed.text
    assert "hidden" not in parsed.text
    assert "Text  more." in parsed.text
    assert parsed.warnings == ("HTML comments were left out: 2.",)


def test_a_comment_in_code_is_code():
    """FAILURES 50."""
    text = "```html\n<!-- shown -->\n```\n\nAnd `<!-- shown -->` too.\n"
    assert parse_markdown(text).text == text


def test_a_heading_in_a_quote_or_list_opens_no_section():
    assert headings("> # quoted\n\n- # listed\n") == []


def test_front_matter_is_no_heading_and_gives_the_title():
    parsed = parse_markdown('---\ntitle: "Rain"\ntags: [a]\n---\n\n# Other\n')
    assert parsed.title == "Rain"
    assert [block.title for block in parsed.blocks] == ["Other"]


def test_without_front_matter_the_first_heading_is_the_title():
    assert parse_markdown("Text\n\n## Rain\n\n# Snow\n").title == "Rain"
    assert parse_markdown("Text\n").title is None
    assert parse_markdown("---\n").title is None


def test_a_table_has_its_rows_as_parts():
    """FAILURES 49."""
    parsed = parse_markdown("Text\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n")
    (table,) = parsed.blocks
    assert [parsed.text[part : part + 5] for part in table.parts][2:] == ["| 1 |", "| 3 |"]


def test_a_list_has_its_items_as_parts_and_one_within_is_a_block_too():
    parsed = parse_markdown("- one\n- two\n  - inner\n- three\n")
    outer, inner = parsed.blocks
    assert [parsed.text[part : part + 5] for part in outer.parts] == ["- one", "- two", "- thr"]
    assert parsed.text[inner.start : inner.end].strip() == "- inner"


def test_code_may_be_cut_at_its_blank_lines():
    parsed = parse_markdown("```\none\n\ntwo\n```\n")
    assert [parsed.text[part : part + 3] for part in parsed.blocks[0].parts] == ["two"]


@given(st.lists(st.sampled_from([*MARKS, "word ", "x"]), max_size=40).map("".join))
def test_blocks_of_any_markdown_are_in_order_and_within_the_text(text):
    parsed = parse_markdown(text)
    starts = [block.start for block in parsed.blocks]
    assert starts == sorted(starts)
    assert all(0 <= block.start < block.end <= len(parsed.text) for block in parsed.blocks)
    assert all(block.start <= part <= block.end for block in parsed.blocks for part in block.parts)
    if "<!--" not in text:
        assert parsed.text == text


HARD = {
    "quotes": ">" * 16_000,
    "lists": "- " * 8_000 + "x",
    "nested lists": "".join(" " * (2 * depth) + "- x\n" for depth in range(170)),
    "fences": "```\n" * 8_000,
    "brackets": "[" * 32_000,
    "comments": "<!-- x -->" * 3_200,
    "open comments": "<!-- " * 6_400,
    "headings": "# x\n" * 8_000,
    "table rows": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 3_200,
    "table columns": "|" * 16_000 + "\n" + "|-" * 16_000 + "|\n",
    "paragraphs": "x\n\n" * 10_000,
    "stars": "# " + "*_" * 16_000,
    "front matter": "---\n" + "a: b\n" * 6_400,
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_markdown_that_hurts_parsers_takes_seconds_at_most(text):
    """FAILURES 48."""
    started = time.process_time()
    parse_markdown(text)
    assert time.process_time() - started < 5
