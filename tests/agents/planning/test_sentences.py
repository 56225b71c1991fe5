import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.sentences import clause_starts, line_starts, paragraph_starts, sentence_starts, word_starts


def parts(text, finder=sentence_starts):
    starts = [0, *sorted(set(finder(text, 0, len(text)))), len(text)]
    return [text[a:b].strip() for a, b in itertools.pairwise(starts) if a < b]


def test_sentences_end_at_stops_question_and_exclamation_marks():
    assert parts("It rains. Does it? Yes! So it goes.") == ["It rains.", "Does it?", "Yes!", "So it goes."]


def test_quotes_and_brackets_belong_to_the_sentence_that_they_close():
    assert parts('"It rains." (Really?) Yes.') == ['"It rains."', "(Really?)", "Yes."]


def test_abbreviations_initials_and_numbers_end_no_sentence():
    assert parts("Dr. Smith met J. R. Stone at 3.14 p.m. on time, e.g. Monday.") == [
        "Dr. Smith met J. R. Stone at 3.14 p.m. on time, e.g. Monday."
    ]
    assert parts("So did I. Then he left.") == ["So did I.", "Then he left."]


def test_scripts_without_spaces_end_sentences_too():
    """FAILURES 48."""
    assert parts("雨が降る。風が吹く！本当？はい。") == ["雨が降る。", "風が吹く！", "本当？", "はい。"]
    assert parts("यह वर्षा है। हाँ।") == ["यह वर्षा है।", "हाँ।"]
    assert parts("هل تمطر؟ نعم.") == ["هل تمطر؟", "نعم."]


def test_paragraphs_begin_after_blank_lines_whatever_is_in_them():
    assert parts("one\n \t\n\n  two\nthree", paragraph_starts) == ["one", "two\nthree"]


def test_lines_clauses_and_words_begin_where_a_reader_would_say():
    assert parts("one\n  two", line_starts) == ["one", "two"]
    assert parts("one, two; three – four、五", clause_starts) == ["one,", "two;", "three –", "four、", "五"]
    assert parts("one  two\tthree", word_starts) == ["one", "two", "three"]


@given(st.text(alphabet=st.sampled_from("ab I.?!。\n\"' )，,"), max_size=80), st.integers(0, 20), st.integers(0, 80))
def test_starts_lie_within_the_stretch_that_was_asked_for(text, start, end):
    for finder in (paragraph_starts, line_starts, sentence_starts, clause_starts, word_starts):
        assert all(start < at <= max(end, start) for at in finder(text, start, end))


@pytest.mark.parametrize("unit", [".", "!?", '."', " ", "\n", "\n ", "a.", "A. ", ",", "。", "|", "- "])
def test_runs_of_anything_take_linear_time(unit):
    """FAILURES 48: five hundred dots hung a well-known splitter."""
    text = unit * (300_000 // len(unit))
    started = time.process_time()
    for finder in (paragraph_starts, line_starts, sentence_starts, clause_starts, word_starts):
        for _ in finder(text, 0, len(text)):
            pass
    assert time.process_time() - started < 5
