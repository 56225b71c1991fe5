from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.written_forms import WrittenForms, compact

FORMS = WrittenForms(("999-99-9999", "9 99 99", "AA 99 99 A", "A999999(9)", "9999"))


def found(text):
    return [(text[start:end], form) for start, end, form in FORMS.find(text)]


def test_runs_of_words_are_found_by_their_form():
    assert found("it is 078-05-1120.") == [("078-05-1120", "999-99-9999")]
    assert found("it is ab 12 34 c, no") == [("ab 12 34 c", "AA 99 99 A")]
    assert found("號碼A123456(3)。") == [("A123456(3)", "A999999(9)")]


def test_a_text_without_numbers_is_left_alone():
    assert found("nothing to see here " * 50) == []


def test_a_number_far_into_a_text_is_found_whole():
    text = "word " * 100 + "1 23 45" + " word" * 100
    assert ("1 23 45", "9 99 99") in found(text)


@given(st.text("0123456789abc -./()\n", max_size=200))
def test_places_have_the_form_they_are_said_to_have(text):
    for start, end, form in FORMS.find(text):
        shape = "".join("9" if char.isdigit() else "A" if char.isalpha() else char for char in text[start:end])
        assert shape == form


def test_compact_leaves_letters_and_digits():
    assert compact("ab-12.3/4 (c)") == "AB1234C"
