import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.facts import agree, facts_of, merged, names_stand_together
from agents.answering.terms import terms_of


def same(claim, evidence, language="en"):
    return agree(facts_of(claim, language), frozenset(terms_of(claim, language)), facts_of(evidence, language))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It costs 1,250 kuna.", {"1250"}),
        ("1.250.000 Einwohner", {"1250000"}),
        ("It weighs 2,5 kg or 2.5 kg.", {"2.5"}),
        ("At 9:30 or 9.30", {"9.30"}),
        ("the 3rd of 27 ships", {"3", "27"}),
        ("two ships and eleven boats", {"2", "11"}),
        ("no number, one ship", set()),
    ],
)
def test_numbers_are_compared_by_value(text, numbers):
    assert facts_of(text, "en").numbers == numbers


@pytest.mark.parametrize(
    ("language", "word", "number"), [("de", "zwölf", "12"), ("fr", "deux", "2"), ("es", "siete", "7")]
)
def test_number_words_are_those_of_the_language(language, word, number):
    assert facts_of(f"x {word} x", language).numbers == {number}
    assert facts_of(f"x {word} x", "en").numbers == set()


@pytest.mark.parametrize(
    ("claim", "evidence", "language"),
    [
        ("The ferry leaves at nine.", "The ferry leaves at 9.", "en"),
        ("The ferry does not stop in Vis.", "In Vis the ferry doesn't stop.", "en"),
        ("It was founded in 1990.", "It was founded in 1990, not in 1991.", "en"),
        ("The ferry stops at Split.", "The ferry stops at Split, but never at Vis.", "en"),
        ("Die Fähre hält nicht in Vis.", "In Vis hält die Fähre nicht.", "de"),
        ("Le bateau ne part pas le lundi.", "Le lundi, le bateau ne part pas.", "fr"),
        ("渡轮不停。", "冬天渡轮不停。", "zh"),
    ],
)
def test_what_says_the_same_agrees(claim, evidence, language):
    assert same(claim, evidence, language)


@pytest.mark.parametrize(
    ("claim", "evidence", "language"),
    [
        ("The ferry leaves at 10.", "The ferry leaves at 9.", "en"),
        ("There are three ships.", "There are two ships.", "en"),
        ("The ferry stops in Vis.", "The ferry does not stop in Vis.", "en"),
        ("The ferry doesn't stop in Vis.", "The ferry stops in Vis.", "en"),
        ("Hunde sind erlaubt.", "Hunde sind nicht erlaubt.", "de"),
        ("Die Fähre fährt sonntags.", "Die Fähre fährt sonntags nicht.", "de"),
        ("El barco sale los lunes.", "El barco no sale los lunes.", "es"),
        ("渡轮停。", "渡轮不停。", "zh"),
    ],
)
def test_another_number_or_a_denial_is_no_paraphrase(claim, evidence, language):
    assert not same(claim, evidence, language)


def test_sentences_together_hold_what_each_holds():
    both = merged([facts_of("It has 2 decks.", "en"), facts_of("It is not new.", "en")])
    assert both.numbers == {"2"}
    assert both.denied == facts_of("It is not new.", "en").denied


@pytest.mark.parametrize(
    ("claim", "evidence", "together"),
    [
        ("It is the Islamic State of Africa.", "The state has Islamic laws, and affiliates in Africa.", False),
        ("It is the Islamic State of Iraq.", "Then the Islamic State of Iraq was founded.", True),
        ("We offer Free Shipping.", "For members there is free shipping.", True),
        ("They met Anna Smith.", "Anna Maria Smith and John Brown met.", True),
        ("They met Anna Brown.", "Anna Maria Smith met a man who is called John Brown.", False),
        ("it has no names", "", True),
    ],
)
def test_words_of_one_name_must_stand_together(claim, evidence, together):
    assert names_stand_together(claim, evidence, "en") == together


def test_where_all_nouns_have_capitals_they_make_no_names():
    assert names_stand_together("Es gibt Hunde Katzen.", "", "de")


@given(st.text(max_size=80))
def test_a_text_agrees_with_itself(text):
    assert same(text, text)


@pytest.mark.parametrize("text", ["1." * 40_000, "1,000" * 20_000, "not " * 20_000, "'" * 80_000])
def test_hostile_text_is_read_in_bounded_time(text):
    """FAILURES 59."""
    began = time.process_time()
    facts_of(text, "en")
    names_stand_together(text.title(), text, "en")
    assert time.process_time() - began < 2
