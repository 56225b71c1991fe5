from agents.planning.document import Block
from agents.planning.outline import Outline


def heading(start, level, title):
    return Block("heading", start, start + 5, level, title)


BOOK = Outline(
    [heading(10, 1, "A"), heading(20, 2, "B"), heading(30, 3, "C"), heading(40, 2, "D"), heading(50, 1, "E")]
)


def test_a_stretch_has_the_path_of_the_section_that_it_lies_in():
    assert BOOK.path(0, 10) == ()
    assert BOOK.path(12, 18) == ("A",)
    assert BOOK.path(30, 40) == ("A", "B", "C")
    assert BOOK.path(45, 50) == ("A", "D")
    assert BOOK.path(55, 99) == ("E",)


def test_a_stretch_over_several_sections_has_what_they_share():
    assert BOOK.path(22, 38) == ("A", "B")
    assert BOOK.path(32, 45) == ("A",)
    assert BOOK.path(45, 55) == ()
    assert BOOK.path(5, 15) == ()


def test_a_skipped_level_nests_all_the_same_and_an_empty_heading_opens_nothing():
    outline = Outline([heading(0, 1, "A"), heading(10, 4, "B"), heading(20, 2, ""), heading(30, 4, "C")])
    assert outline.path(12, 15) == outline.path(22, 25) == ("A", "B")
    assert outline.path(32, 35) == ("A", "C")


def test_without_headings_there_is_no_path():
    assert Outline([Block("code", 0, 5)]).path(0, 9) == ()
