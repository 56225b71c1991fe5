from agents.planning.document import MAX_TITLE, Block, first_heading, short
from agents.planning.markdown_blocks import parse_markdown
from agents.planning.outline import Outline


def test_the_first_heading_that_says_something_is_found():
    blocks = (Block("code", 0, 1), Block("heading", 2, 3, 1, ""), Block("heading", 4, 5, 2, "Rain"))
    assert first_heading(blocks) == "Rain"
    assert first_heading(blocks[:2]) is None


def test_a_title_that_would_be_sent_with_every_chunk_is_short():
    assert short("Rain") == "Rain"
    assert len(short("word " * 1_000)) <= MAX_TITLE
    outline = Outline(parse_markdown("# " + "word " * 1_000).blocks)
    assert [len(title) <= MAX_TITLE for title in outline.path(0, 9)] == [True]
