"""Citations and changes of one document, in any order: each answer whose quote is gone is told of once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agents.lineage import step
from agents.lineage.step import LATE, LIFETIME, Lineage, due, lineage_key, trace_lineage
from schemas.chunks import Span
from schemas.lineage import AddedChunk, DocumentCited, DocumentRevised, LineageTicked, Quoted

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHOLE = Span(start=0, end=10)


def cited(answer, *quotes, revision=1, at=NOON):
    """An answer that quotes (chunk, text) pairs."""
    held = tuple(Quoted(chunk_id=chunk, revision=revision, span=WHOLE, quote=text) for chunk, text in quotes)
    return DocumentCited(event_id=f"c-{answer}", doc_id="rain", answer_id=answer, query_id="q", at=at, quotes=held)


def revised(revision, removed=(), added=(), at=NOON, **fields):
    """A change; `added` are (chunk, text) pairs."""
    chunks = tuple(AddedChunk(chunk_id=chunk, text=text) for chunk, text in added)
    return DocumentRevised(
        event_id=f"r-{revision}", doc_id="rain", revision=revision, at=at, removed=removed, added=chunks, **fields
    )


def fold(*events, state=None):
    out = []
    for event in events:
        state, more = trace_lineage(state, event)
        out += more
    return state, out


def outdated(told):
    return [[each.answer_id for each in condition.evidence] for condition in told]


def test_an_answer_is_outdated_when_its_quote_is_gone():
    _, [told] = fold(cited("a", ("c1", "Rain falls")), revised(2, ["c1"], [("c2", "Snow falls")], readers=("staff",)))
    assert (told.name, told.once, told.labels, told.value) == ("answers-outdated", True, {"doc_id": "rain"}, 1.0)
    assert told.summary == "rain was changed: 1 answer that cites it is outdated"
    assert [each.answer_id for each in told.evidence] == ["a"]
    assert told.readers == ("staff",)


def test_a_change_outside_every_cited_span_announces_nothing():
    told = fold(
        cited("a", ("c1", "Rain falls")),
        revised(2, ["c9"], [("c8", "Snow")]),
        revised(3, ["c1"], [("c2", "Rain falls in spring, as\neverybody knows")]),
    )[1]
    assert told == []


def test_a_quote_is_followed_to_the_chunk_that_it_stands_in_now():
    moved = (cited("a", ("c1", "Rain falls")), revised(2, ["c1"], [("c2", "Here rain: Rain  falls")]))
    assert fold(*moved, revised(3, ["c1"]))[1] == []
    assert outdated(fold(*moved, revised(3, ["c2"]))[1]) == [["a"]]


def test_a_quote_over_a_new_seam_is_followed_on_both_sides():
    seam = (cited("a", ("c1", "Rain falls hard")), revised(2, ["c1"], [("c2", "So Rain"), ("c3", "falls hard today")]))
    assert fold(*seam)[1] == []
    assert fold(*seam, revised(3, ["c2"], [("c4", "Thus Rain")]))[1] == []
    assert outdated(fold(*seam, revised(3, ["c3"], [("c4", "falls softly")]))[1]) == [["a"]]


def test_what_comes_between_the_parts_of_a_quote_makes_its_answer_outdated():
    seam = (cited("a", ("c1", "Rain falls hard")), revised(2, ["c1"], [("c2", "So Rain"), ("c3", "falls hard")]))
    assert fold(*seam, revised(3, ["c2", "c3"], [("c4", "So Rain falls hard")]))[1] == []
    assert outdated(fold(*seam, revised(3, ["c2", "c3"], [("c4", "So Rain seldom falls hard")]))[1]) == [["a"]]


def test_a_citation_that_is_delivered_again_after_the_change_is_not_announced_again():
    change = revised(2, ["c1"], [("c2", "Snow")])
    assert outdated(fold(cited("a", ("c1", "Rain")), change, cited("a", ("c1", "Rain")))[1]) == [["a"]]
    state, told = fold(change, cited("a", ("c1", "Rain")), cited("a", ("c1", "Rain")))
    assert outdated(told) == [["a"]]
    assert trace_lineage(state, LineageTicked(slot="acme/rain", at=NOON + LATE))[0] is None


def test_changes_that_are_delivered_again_take_nothing_from_what_came_after_them():
    there, back = revised(2, ["c1"], [("c2", "Snow")]), revised(3, ["c2"], [("c1", "Rain")])
    state, told = fold(there, back, cited("a", ("c1", "Rain"), revision=3), there, back)
    assert told == []
    assert state == fold(there, back, cited("a", ("c1", "Rain"), revision=3))[0]


def test_all_answers_that_a_change_made_outdated_are_in_one_condition_and_told_once():
    state, told = fold(
        cited("a", ("c1", "Rain falls")),
        cited("b", ("c1", "Rain falls"), ("c5", "Hail")),
        cited("d", ("c5", "Hail")),
        revised(2, ["c1"], [("c2", "Snow")]),
    )
    assert outdated(told) == [["a", "b"]]
    assert outdated(fold(revised(3, ["c5"]), state=state)[1]) == [["d"]]


def test_a_deleted_document_makes_every_answer_outdated():
    _, [told] = fold(cited("a", ("c1", "Rain")), revised(2, ["c1"], deleted=True, readers=("staff",)))
    assert told.summary == "rain was deleted: 1 answer that cites it is outdated"
    assert told.readers == ("staff",)


def test_an_answer_that_comes_after_the_change_it_did_not_know_of_is_announced():
    change = revised(2, ["c1"], [("c2", "Snow falls")])
    assert outdated(fold(change, cited("a", ("c1", "Rain falls")))[1]) == [["a"]]
    assert fold(change, cited("a", ("c2", "Snow"), revision=2))[1] == []
    assert outdated(fold(revised(2, ["c1"], deleted=True), cited("a", ("c1", "Rain")))[1]) == [["a"]]
    assert fold(revised(2, ["c1"], deleted=True), cited("a", ("c7", "Rain"), revision=3))[1] == []


def test_late_answers_have_fingerprints_of_their_own():
    told = fold(revised(2, ["c1"]), cited("a", ("c1", "Rain")), cited("b", ("c1", "Rain")))[1]
    assert len({each.fingerprint for each in told}) == 2


def test_an_event_that_comes_again_changes_nothing_and_says_the_same():
    events = (cited("a", ("c1", "Rain")), cited("a", ("c1", "Rain")))
    assert fold(*events)[0] == fold(events[0])[0]


def test_citations_are_forgotten_with_their_answers_and_changes_after_a_day():
    state, _ = fold(cited("a", ("c1", "Rain")), revised(2, ["c9"]))
    assert due("acme/rain", state, NOON) == ()
    [tick] = due("acme/rain", state, NOON + LATE)
    assert (tick.slot, tick.tenant) == ("acme/rain", "acme")
    state, _ = fold(LineageTicked(slot="acme/rain", at=NOON + LATE), state=state)
    assert (len(state.quotes), state.changes) == (1, ())
    assert fold(LineageTicked(slot="acme/rain", at=NOON + LIFETIME), state=state) == (None, [])


def test_there_is_no_tick_that_would_change_nothing():
    state, _ = fold(cited("a", ("c1", "Rain"), at=NOON + timedelta(seconds=30)))
    assert due("acme/rain", state, NOON + LIFETIME + timedelta(seconds=45)) == ()
    [tick] = due("acme/rain", state, NOON + LIFETIME + timedelta(seconds=61))
    assert trace_lineage(state, tick) == (None, ())


def test_a_document_keeps_its_latest_answers_only(monkeypatch):
    monkeypatch.setattr(step, "MAX_ANSWERS", 2)
    answers = [cited(str(n), ("c1", "Rain"), at=NOON + timedelta(minutes=n)) for n in range(5)]
    state, _ = fold(*answers)
    assert [each.answer_id for each in state.quotes[0].answers] == ["3", "4"]


def test_large_and_old_changes_are_not_kept(monkeypatch):
    monkeypatch.setattr(step, "MAX_CHANGED_CHARACTERS", 10)
    state, _ = fold(revised(2, ["c1"], [("c2", "x" * 8)]), revised(3, ["c2"], [("c3", "y" * 8)]))
    assert [each.revision for each in state.changes] == [3]
    assert fold(revised(2, ["c1"], [("c2", "x" * 11)]))[0].changes == ()


def test_the_state_is_kept_by_tenant_and_document():
    assert lineage_key(cited("a").model_copy(update={"tenant": "acme"})) == "acme/rain"


words = st.integers(1, 6)


@given(st.data())
def test_an_answer_is_outdated_exactly_when_its_quote_is_no_longer_in_the_document(data):
    """Any document, any quote within a chunk, any edits in place, any new cut of all of it."""
    fresh = (f"w{n:03}" for n in range(1_000))
    text = [next(fresh) for _ in range(data.draw(st.integers(3, 12)))]
    chunks = _cut(text, data)
    chunk = data.draw(st.sampled_from(chunks))
    first = data.draw(st.integers(0, len(chunk) - 1))
    quote = chunk[first : data.draw(st.integers(first + 1, len(chunk)))]
    state, told = fold(cited("a", (" ".join(chunk), " ".join(quote))))
    for revision in range(2, 5):
        kept = chunks
        at = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(at, len(text)))
        text = [*text[:at], *(next(fresh) for _ in range(data.draw(st.integers(0, 2)))), *text[end:]]
        before, chunks = chunks, _cut(text, data)
        removed = [" ".join(each) for each in before if each not in chunks]
        added = [(" ".join(each), "\n".join(each)) for each in chunks if each not in before]
        state, more = fold(revised(revision, removed, added), state=state)
        told += more
        stands = f" {' '.join(quote)} " in f" {' '.join(text)} "
        if not stands or told:
            break
    if stands or not _put_between(quote, kept, text):
        assert bool(told) == (not stands)


def _put_between(quote, before, text):
    """Whether something only came between two chunks of the quote: no chunk goes then, so nobody sees it."""
    seams = {(one[-1], two[0]) for one, two in pairwise(before)}
    broken = set(pairwise(quote)) - set(pairwise(text))
    return set(quote) <= set(text) and broken <= seams


def _cut(text, data):
    chunks = []
    while text:
        size = data.draw(words)
        chunks.append(text[:size])
        text = text[size:]
    return chunks


def test_a_state_survives_being_stored():
    state, _ = fold(cited("a", ("c1", "Rain")), revised(2, ["c9"], [("c8", "Snow")]))
    assert Lineage.model_validate_json(state.model_dump_json()) == state
