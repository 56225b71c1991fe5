from hypothesis import given
from hypothesis import strategies as st

from agents.lineage.quotes import Added, Part, followed, spaced
from schemas.lineage import AddedChunk

texts = st.lists(st.text("ab \n", min_size=1, max_size=8).filter(str.strip), min_size=1, max_size=4)


@given(texts, st.data())
def test_what_is_found_is_the_text_itself_chunk_by_chunk(chunks, data):
    joined = " ".join(map(spaced, chunks))
    start = data.draw(st.integers(0, len(joined) - 1))
    sought = spaced(joined[start : data.draw(st.integers(start + 1, len(joined)))])
    added = Added([AddedChunk(chunk_id=str(n), text=text) for n, text in enumerate(chunks)])
    parts = added.find(sought) if sought else ()
    assert "".join(each.text for each in parts).replace(" ", "") == sought.replace(" ", "")
    assert all(each.text in spaced(chunks[int(each.chunk_id)]) for each in parts)


def test_a_quote_that_is_gone_is_not_followed():
    assert followed([Part(chunk_id="c", text="x")], frozenset("c"), Added([])) is None
