import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.lexical_terms import LONGEST_TERM, index_terms, searched_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The pumps were measured.", ["pump", "measur"]),
        ("ERR-4417", ["err", "4417"]),
        ("ﬁle FILE file", ["file", "file", "file"]),
        ("snake_case", ["snake", "case"]),
        ("to be or not to be", ["to", "be", "or", "not", "to", "be"]),
        ("合同 转换", ["合同", "转换"]),
        ("本合同abc", ["本合", "合同", "abc"]),
        ("茶", ["茶"]),
        ("Straße", ["strass"]),
        ("?", []),
        ("", []),
    ],
)
def test_text_becomes_terms(text: str, terms: list[str]) -> None:
    assert index_terms(text) == terms


def test_a_chunk_is_searched_by_title_sections_and_text() -> None:
    assert searched_terms("Title", ("Section", "Part"), "text") == ["titl", "section", "part", "text"]
    assert searched_terms(None, (), "text") == ["text"]


@given(st.text())
def test_terms_hold_no_blank_and_are_bounded(text: str) -> None:
    """The server splits them at blanks; a term with one inside would be two."""
    for term in index_terms(text):
        assert term
        assert len(term.split()) == 1
        assert len(term) <= LONGEST_TERM + 1


@given(st.text(), st.text())
def test_a_text_keeps_its_terms_inside_a_longer_one(part: str, rest: str) -> None:
    """What is asked word for word is found, unless it is nothing but stop words."""
    only_stop_words = index_terms(f"{part}\nzebra") == ["zebra"]
    assert only_stop_words or set(index_terms(part)) <= set(index_terms(f"{part}\n{rest}"))
