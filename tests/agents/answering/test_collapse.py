from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from agents.answering.collapse import MOST_FETCHED, collapse, to_fetch
from schemas.questions import MAX_TOP_K
from tests.agents.answering.fakes import passage


def found(*documents):
    """Best first, one chunk per letter, of the document that the letter names."""
    return [
        passage(f"text {place}", place, score=1 - place / 1000).model_copy(update={"doc_id": name})
        for place, name in enumerate(documents)
    ]


def names(passages):
    return "".join(each.doc_id for each in passages)


LISTS = st.lists(st.sampled_from("abcd"), max_size=40).map(lambda names: found(*names))
COUNTS = st.integers(1, 12)


def test_one_document_does_not_fill_the_context():
    assert names(collapse(found(*"aaaaabac"), top_k=5, per_document=3)) == "aaabc"


def test_places_that_no_other_document_takes_go_to_the_next_best():
    kept = collapse(found(*"aaaaab"), top_k=5, per_document=2)
    assert names(kept) == "aaaab"
    assert [each.chunk_id for each in kept] == ["c0", "c1", "c2", "c3", "c5"]


def test_a_chunk_that_comes_twice_is_one_passage():
    twice = found(*"ab")
    assert collapse([*twice, *twice], top_k=8, per_document=3) == tuple(twice)


@given(LISTS, COUNTS, COUNTS)
def test_passages_come_from_what_was_fetched_untouched_and_in_its_order(fetched, top_k, per_document):
    kept = collapse(fetched, top_k, per_document)
    assert len(kept) == min(top_k, len(fetched))
    places = [fetched.index(each) for each in kept]
    assert places == sorted(set(places))
    assert [each.score for each in kept] == sorted((each.score for each in kept), reverse=True)


@given(LISTS, COUNTS, COUNTS)
def test_a_document_exceeds_its_share_only_where_all_others_have_theirs(fetched, top_k, per_document):
    kept = Counter(names(collapse(fetched, top_k, per_document)))
    if any(count > per_document for count in kept.values()):
        available = Counter(names(fetched))
        assert all(kept[name] >= min(per_document, available[name]) for name in available)


@given(LISTS, COUNTS, COUNTS)
def test_the_best_passage_is_always_kept(fetched, top_k, per_document):
    assert collapse(fetched, top_k, per_document)[:1] == tuple(fetched[:1])


@given(st.integers(1, MAX_TOP_K))
def test_enough_is_fetched_and_never_more_than_the_bound(top_k):
    assert top_k <= to_fetch(top_k) <= MOST_FETCHED
