import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.citations import check_claims, found_at_its_span
from schemas.chunks import Span
from schemas.drafts import Quote
from tests.agents.answering.fakes import claim, passage, quote_of

TEXT = "Tides turn twice a day. Spring tides come at new moon and at full moon."
TIDES = passage(TEXT, 1, begins=40)
BREAD = passage("Bread is baked at four.", 2, begins=0)


def rules(checked):
    return [finding.rule for finding in checked.findings]


@given(
    st.text(max_size=60), st.integers(0, 50), st.integers(0, 140), st.integers(0, 140), st.text(min_size=1, max_size=30)
)
def test_a_quote_that_is_not_at_its_span_never_reaches_the_answer(text, begins, start, end, said):
    """FAILURES 62, for every passage, span and text."""
    found = passage(text, begins=begins)
    quote = Quote(chunk_id="c1", span=Span(start=start, end=end), text=said)
    checked = check_claims([claim("Something is so.", quote)], [found])
    document = "\0" * begins + text
    if begins <= start < end <= len(document) and document[start:end] == said:
        assert [citation.quote for citation in checked.citations] == [said]
    else:
        assert (checked.text, checked.citations) == ("", ())


@given(st.data())
def test_every_marker_stands_for_a_citation_and_every_citation_has_a_marker(data):
    pool = [quote_of(TIDES, "Tides turn twice a day."), quote_of(BREAD, "Bread is baked"), quote_of(TIDES, "new moon")]
    pool.append(pool[0].model_copy(update={"chunk_id": "unknown"}))
    claims = data.draw(st.lists(st.lists(st.sampled_from(pool), max_size=3), max_size=5))
    checked = check_claims([claim(f"Claim {chr(65 + n)}.", *q) for n, q in enumerate(claims)], [TIDES, BREAD])
    marks = {int(mark) for mark in checked.text.replace("]", "[").split("[")[1::2]}
    assert marks == set(range(1, len(checked.citations) + 1))
    assert {citation.chunk_id for citation in checked.citations} <= {"c1", "c2"}


def test_markers_are_numbered_as_they_come_and_reused():
    tides, bread = quote_of(TIDES, "Tides turn twice a day."), quote_of(BREAD, "Bread is baked")
    checked = check_claims([claim("A.", bread), claim("B.", tides, bread)], [TIDES, BREAD])
    assert checked.text == "A. [1] B. [2][1]"
    assert [citation.chunk_id for citation in checked.citations] == ["c2", "c1"]


def test_a_claim_without_a_quote_is_dropped_and_counted():
    checked = check_claims([claim("The moon is cheese."), claim("B.", quote_of(TIDES, "new moon"))], [TIDES])
    assert checked.text == "B. [1]"
    assert rules(checked) == ["uncited-claim"]


def test_a_quote_of_a_passage_that_was_not_retrieved_is_dropped():
    checked = check_claims([claim("B.", quote_of(BREAD, "Bread"))], [TIDES])
    assert (checked.text, rules(checked)) == ("", ["unknown-citation"])


def test_one_good_quote_among_bad_ones_keeps_the_claim():
    """FAILURES 62: a strict check must not hide good answers."""
    good, bad = quote_of(TIDES, "new moon"), quote_of(TIDES, "full", shift=2)
    checked = check_claims([claim("B.", bad, good)], [TIDES])
    assert (checked.text, rules(checked)) == ("B. [1]", ["unverified-quote"])


@pytest.mark.parametrize("marker", ["[0]", "[4]", "[2][2]", "[1, 5]", "[doc-7_chunk_119]", "[citation needed]"])
def test_a_marker_of_someone_else_is_removed_and_counted(marker):
    """FAILURES 62: only our own markers reach the asker."""
    checked = check_claims([claim(f"Tides turn {marker}.", quote_of(TIDES, "Tides turn"))], [TIDES])
    assert checked.text == "Tides turn. [1]"
    assert rules(checked) == ["reference-removed"]


def test_a_footnote_in_a_passage_stays_in_the_quote_and_leaves_the_text():
    found = passage("The bridge opened in 1932.[7]")
    checked = check_claims([claim(found.text, quote_of(found, found.text))], [found])
    assert checked.text == "The bridge opened in 1932. [1]"
    assert checked.citations[0].quote == found.text


def test_code_keeps_its_brackets_and_its_lines():
    """FAILURES 62: an index in code is no marker."""
    found = passage("```\nx = a[3]\n```")
    checked = check_claims([claim(found.text, quote_of(found, found.text))], [found])
    assert checked.text == "```\nx = a[3]\n```\n[1]"


def test_an_empty_quote_carries_nothing():
    assert not found_at_its_span(Quote(chunk_id="c1", span=Span(start=41, end=41), text=""), TIDES)


def test_items_of_a_list_have_a_line_each():
    quote = quote_of(BREAD, "Bread is baked at four.")
    said = [claim(text, quote) for text in ("There are two:", "- bread", "2. tides", "A. Smith says so.")]
    assert check_claims(said, [BREAD]).text == "There are two: [1]\n- bread [1]\n2. tides [1]\nA. Smith says so. [1]"
    assert check_claims(said[::3], [BREAD]).text == "There are two: [1] A. Smith says so. [1]"
