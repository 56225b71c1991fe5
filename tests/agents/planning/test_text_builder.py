from agents.planning.text_builder import TextBuilder


def built(*steps):
    """The text after `steps`, each a method's name or a pair of name and arguments."""
    builder = TextBuilder()
    for name, *arguments in steps:
        if arguments and isinstance(arguments[-1], dict):
            getattr(builder, name)(*arguments[:-1], **arguments[-1])
        else:
            getattr(builder, name)(*arguments)
    return builder.built()


def test_white_space_is_one_space_and_none_at_the_ends():
    assert built(("write", "  One\n two "), ("write", " three  "))[0] == "One two three"


def test_pieces_without_white_space_between_stay_one_word():
    assert built(("write", "un"), ("write", "able"))[0] == "unable"


def test_blocks_are_apart_by_one_blank_line_however_many_end():
    steps = [("break_block",), ("write", "One"), ("break_block",), ("write", " "), ("break_block",), ("write", "Two")]
    assert built(*steps)[0] == "One\n\nTwo"


def test_a_block_spans_what_was_written_in_it_without_the_gap_before():
    text, (heading,) = built(
        ("write", "Before"), ("break_block",), ("open", "heading", 2), ("write", " Title "), ("close",), ("write", "x")
    )
    assert (text[heading.start : heading.end], heading.level, heading.title) == ("Title", 2, "Title")


def test_a_block_in_which_nothing_was_written_is_none():
    assert built(("open", "heading", 1), ("write", "  "), ("close",)) == ("", ())


def test_code_keeps_its_white_space_but_not_its_last_line_ends():
    text, (code,) = built(("open", "code"), ("write", "a\n\n  b\n"), ("close",), ("break_block",), ("write", "After"))
    assert text == "a\n\n  b\n\nAfter"
    assert [text[part:] for part in code.parts] == ["  b\n\nAfter"]


def test_cells_have_bars_and_rows_are_lines_and_parts():
    row = [
        ("next_row",),
        ("next_cell", {"block": False}),
        ("write", "1"),
        ("next_cell", {"block": False}),
        ("write", "2"),
    ]
    text, (table,) = built(("open", "table"), *row, *row, ("close",))
    assert text == "1 | 2\n1 | 2"
    assert table.parts == (0, 6)


def test_items_are_indented_by_their_depth_to_a_limit():
    steps = []
    for _ in range(12):
        steps += [("open", "list"), ("break_block",), ("next_item", {"bullet": "- "}), ("write", "x")]
    lines = built(*steps)[0].split("\n")
    assert [len(line) - len(line.lstrip()) for line in lines] == [*range(0, 17, 2), 16, 16, 16]


def test_blocks_come_in_order_of_start_outer_before_inner():
    _, blocks = built(
        ("open", "list"), ("next_item", {"bullet": ""}), ("open", "code"), ("write", "x"), ("close",), ("write", "y"),
        ("close",),
    )  # fmt: skip
    assert [block.kind for block in blocks] == ["list", "code"]
    assert blocks[0].start == blocks[1].start


def test_a_line_end_in_a_table_of_data_is_a_space():
    cell = ("next_cell", {"block": False})
    assert built(("open", "table"), ("next_row",), cell, ("write", "1"), ("end_line",), ("write", "2"))[0] == "1 2"
    assert built(("write", "1"), ("end_line",), ("write", "2"))[0] == "1\n2"
