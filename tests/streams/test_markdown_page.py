import pytest

from streams.markdown_page import with_part


def test_only_what_stands_between_the_markers_is_replaced():
    page = "before <a>\nold\n</a> after"
    assert with_part(page, "<a>", "</a>", "new") == "before <a>\nnew\n</a> after"


@pytest.mark.parametrize("page", ["", "<a> only", "</a> only", "</a> the wrong way round <a>"])
def test_a_page_without_both_markers_says_which_it_needs(page):
    with pytest.raises(ValueError, match="<a> and </a>"):
        with_part(page, "<a>", "</a>", "new")
