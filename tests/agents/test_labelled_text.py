from hypothesis import given
from hypothesis import strategies as st

from agents.labelled_text import LabelledText
from schemas.answers import Finding
from schemas.chunks import Span
from schemas.guardrails import MASK, Verdict

TITLED = LabelledText(("Ferries", "", "To Hvar"), "It leaves at nine.")


def redacting(labelled, word):
    start = labelled.whole.index(word)
    return Verdict(action="redact", text="", redacted=(Span(start=start, end=start + len(word)),))


def test_labels_are_looked_at_above_the_text_and_nothing_is_added_without_any():
    assert TITLED.whole == "Ferries\n\nTo Hvar\n\nIt leaves at nine."
    assert LabelledText((), "It leaves.").whole == LabelledText(("", ""), "It leaves.").whole == "It leaves."


def test_what_is_redacted_is_masked_where_it_stands():
    assert TITLED.masked(redacting(TITLED, "Hvar")) == (("Ferries", "", f"To {MASK * 4}"), TITLED.text)
    assert TITLED.masked(redacting(TITLED, "nine")) == (TITLED.labels, f"It leaves at {MASK * 4}.")
    assert TITLED.masked(redacting(TITLED, "Hvar\n\nIt")) == (
        ("Ferries", "", f"To {MASK * 4}"),
        f"{MASK * 2} leaves at nine.",
    )


def test_a_finding_in_the_text_points_into_the_text_and_one_above_it_nowhere():
    start = TITLED.whole.index("nine")
    inside = Finding(rule="r", reason="", span=Span(start=start, end=start + 4))
    span = TITLED.placed(inside).span
    assert TITLED.text[span.start : span.end] == "nine"
    assert TITLED.placed(inside.model_copy(update={"span": Span(start=0, end=7)})).span is None
    assert LabelledText((), "nine").placed(inside) == inside


@given(st.lists(st.text(max_size=5), max_size=3), st.text(max_size=8), st.data())
def test_every_part_is_as_long_as_before_whatever_is_redacted(labels, text, data):
    labelled = LabelledText(tuple(labels), text)
    ends = sorted(data.draw(st.lists(st.integers(0, len(labelled.whole)), min_size=2, max_size=2)))
    spans = (Span(start=ends[0], end=ends[1]),) if ends[0] < ends[1] else ()
    masked, left = labelled.masked(Verdict(action="redact", text="", redacted=spans))
    assert [len(each) for each in (*masked, left)] == [len(each) for each in (*labels, text)]
    hidden = sum(each.count(MASK) for each in (*masked, left)) - "".join((*labels, text)).count(MASK)
    assert hidden <= sum(span.end - span.start for span in spans)
