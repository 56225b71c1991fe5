"""What a reason may not quote, and what it may say."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.chunks import Chunk, ChunksPlanned, Span
from schemas.documents import DocumentUpserted
from schemas.event import EPOCH, Origin
from schemas.questions import QuestionAsked
from schemas.quotes import SHORTEST
from streams.quotes import MAX_REASON, MOST_TEXT, without_quotes, without_quotes_of_any

QUESTION = QuestionAsked(query_id="q-1", text="My card is 4111 1111 1111 1111, mail a.user@example.com")
PLAIN = st.text(st.characters(categories=["Lu"]), max_size=30)


def test_a_text_in_an_error_is_left_out_whole_or_in_part():
    """FAILURES 79."""
    assert without_quotes(f"cannot embed: {QUESTION.text}", QUESTION) == "cannot embed: …"
    assert without_quotes("no token for '4111 1111 1111 1111'", QUESTION) == "no token for '…'"


def test_ids_names_and_what_is_said_of_an_event_stay():
    document = DocumentUpserted(doc_id="a-long-id-of-a-document", text="Short.", content_type="application/x-unknown")
    reason = "a-long-id-of-a-document: the content type 'application/x-unknown' is not supported"
    assert without_quotes(reason, document) == reason
    assert without_quotes("unreadable", None) == "unreadable"


def test_every_text_of_an_event_counts_however_deep_it_lies():
    chunk = Chunk(chunk_id="c", text="Drain the pump before frost.", ordinal=0, span=Span(start=0, end=28))
    planned = ChunksPlanned(
        doc_id="d", revision=1, upserts=(chunk,), origin=Origin(topic="documents", partition=0, offset=0, at=EPOCH)
    )
    assert without_quotes("refused: Drain the pump before frost!", planned) == "refused: …!"
    document = DocumentUpserted(
        doc_id="d",
        content="RHJhaW4gdGhlIHB1bXA=",
        title="The pump's manual",
        metadata={"by": ["Somebody Known"]},
    )
    assert without_quotes("Drain the pump in The pump's manual by Somebody Known", document) == "… in … by …"


@given(PLAIN, PLAIN, st.text(st.characters(categories=["Ll"]), min_size=SHORTEST, max_size=2_000))
def test_whatever_stands_around_a_quote_stays_and_nothing_of_the_quote_does(before, after, text):
    told = without_quotes(f"{before}{text}{after}", QuestionAsked(query_id="q", text=text))
    assert told == f"{before}{text}{after}"[:MAX_REASON].replace(text[: max(0, MAX_REASON - len(before))], "…")


def test_of_several_events_none_is_quoted_and_of_too_much_text_nothing_is_said():
    """FAILURES 79."""
    first, second = (QuestionAsked(query_id="q", text=text) for text in ("Drain the pump.", "Who wrote the manual?"))
    told = without_quotes_of_any("no: Drain the pump. nor: Who wrote the manual?", [first, second])
    assert told == "no: … nor: …"
    large = DocumentUpserted(doc_id="d", text="x" * (MOST_TEXT + 1))
    assert without_quotes_of_any("Weaviate is down", [first, large]) is None
    assert without_quotes_of_any("Weaviate is down", []) == "Weaviate is down"
