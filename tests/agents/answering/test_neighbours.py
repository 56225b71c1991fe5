import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.citations import check_claims, found_at_its_span
from agents.answering.neighbours import WIDEST_GAP, in_chunks, merge_neighbours
from schemas.chunks import Span
from schemas.drafts import Quote
from tests.agents.answering.fakes import claim, passage

DOCUMENT = "The ferry leaves at nine.\n\nIt takes an hour to Hvar.  Tickets are sold at the pier.\nDogs travel free."
PIECES = [(0, 25), (27, 52), (54, 83), (84, 101)]


def chunks_of(document, pieces, doc_id="d", **more):
    return [
        passage(document[start:end], number, begins=start).model_copy(
            update={"doc_id": doc_id, "chunk_id": f"{doc_id}{number}", "ordinal": number, **more}
        )
        for number, (start, end) in enumerate(pieces)
    ]


CHUNKS = chunks_of(DOCUMENT, PIECES)


def texts(passages):
    return [each.passage.text for each in merge_neighbours(passages)]


def test_neighbours_are_one_text_in_the_documents_order_with_its_offsets():
    (stretch,) = merge_neighbours([CHUNKS[2], CHUNKS[1]])
    assert stretch.passage.text == "It takes an hour to Hvar.\n\nTickets are sold at the pier."
    assert stretch.passage.span == Span(start=27, end=83)
    assert stretch.parts == (CHUNKS[1], CHUNKS[2])


def test_a_chunk_between_two_that_was_not_found_keeps_them_apart():
    assert texts([CHUNKS[0], CHUNKS[2], CHUNKS[3]]) == [
        CHUNKS[0].text,
        "Tickets are sold at the pier. Dogs travel free.",
    ]


def test_the_order_is_that_of_the_best_passage_of_each():
    other = passage("Bread is baked at four.", 9)
    assert [len(each.parts) for each in merge_neighbours([CHUNKS[3], other, CHUNKS[2]])] == [2, 1]
    assert [len(each.parts) for each in merge_neighbours([other, CHUNKS[3], CHUNKS[2]])] == [1, 2]


def test_what_is_merged_has_the_best_scores_of_its_parts():
    weak, strong = CHUNKS[0].model_copy(update={"score": 0.1, "similarity": 0.7}), CHUNKS[1]
    (stretch,) = merge_neighbours([strong, weak])
    assert (stretch.passage.score, stretch.passage.similarity) == (0.9, 0.7)
    assert stretch.passage.chunk_id == strong.chunk_id


@pytest.mark.parametrize(
    "different",
    [
        {"doc_id": "e"},
        {"revision": 3},
        {"heading": ("Another section",)},
        {"ordinal": 2},
        {"span": Span(start=25 + WIDEST_GAP + 1, end=50 + WIDEST_GAP + 1)},
        {"span": Span(start=24, end=49)},
        {"span": Span(start=27, end=99)},
    ],
    ids=["document", "revision", "section", "ordinal", "gap", "overlap", "span that is not the text's"],
)
def test_chunks_that_do_not_belong_together_stay_apart(different):
    assert texts([CHUNKS[0], CHUNKS[1].model_copy(update=different)]) == [CHUNKS[0].text, CHUNKS[1].text]


def test_a_quote_over_a_border_becomes_one_for_each_chunk():
    stretches = merge_neighbours([CHUNKS[0], CHUNKS[1]])
    text = stretches[0].passage.text
    quote = Quote(chunk_id="d0", span=Span(start=4, end=len(text)), text=text[4:])
    checked = check_claims([in_chunks(claim("It leaves at nine.", quote), stretches)], CHUNKS[:2])
    assert [(each.chunk_id, each.quote) for each in checked.citations] == [
        ("d0", "ferry leaves at nine."),
        ("d1", "It takes an hour to Hvar."),
    ]
    assert all(DOCUMENT[each.span.start : each.span.end] == each.quote for each in checked.citations)


def test_a_quote_that_is_not_at_its_span_is_still_refused():
    stretches = merge_neighbours(CHUNKS)
    false = [
        Quote(chunk_id="d0", span=Span(start=0, end=9), text="The fairy"),
        Quote(chunk_id="d0", span=Span(start=95, end=105), text="travel fre"),
        Quote(chunk_id="d3", span=Span(start=0, end=9), text="The fer"),
        Quote(chunk_id="e0", span=Span(start=0, end=9), text="The ferry"),
    ]
    checked = check_claims([in_chunks(claim("So it is said.", *false), stretches)], CHUNKS)
    assert (checked.text, len(checked.findings)) == ("", 4)


@st.composite
def documents(draw):
    """Chunks of one or two documents with gaps of white space, some of them found, in any order."""
    found = []
    for doc_id in draw(st.sampled_from(["d", "de"])):
        words = draw(st.lists(st.text("ab. \n", min_size=1, max_size=6).filter(str.strip), min_size=1, max_size=6))
        text, pieces = "", []
        for word in map(str.strip, words):
            pieces.append((len(text), len(text) + len(word)))
            text += word + draw(st.sampled_from(["", " ", "\n", "\n\n", " " * (WIDEST_GAP + 1)]))
        found += chunks_of(text, pieces, doc_id)
    return draw(st.permutations(found).flatmap(lambda each: st.integers(0, len(each)).map(lambda size: each[:size])))


@given(documents())
def test_every_passage_is_a_part_of_exactly_one_text_untouched(passages):
    stretches = merge_neighbours(passages)
    parts = [part for stretch in stretches for part in stretch.parts]
    assert sorted(part.chunk_id for part in parts) == sorted(each.chunk_id for each in passages)
    assert all(part in passages for part in parts)
    for stretch in stretches:
        start = stretch.passage.span.start
        assert stretch.passage.span.end == start + len(stretch.passage.text)
        for part in stretch.parts:
            assert stretch.passage.text[part.span.start - start : part.span.end - start] == part.text


@given(documents(), st.data())
def test_every_quote_of_a_merged_text_is_found_in_its_chunks(passages, data):
    for stretch in merge_neighbours(passages):
        text, begins = stretch.passage.text, stretch.passage.span.start
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        span = Span(start=begins + start, end=begins + end)
        quote = Quote(chunk_id=stretch.passage.chunk_id, span=span, text=text[start:end])
        said = in_chunks(claim("So it is.", quote), [stretch])
        parts = {part.chunk_id: part for part in stretch.parts}
        assert all(found_at_its_span(each, parts[each.chunk_id]) for each in said.quotes)
        assert "".join("".join(each.text for each in said.quotes).split()) == "".join(quote.text.split())
