import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.lexical_terms import LONGEST_TERM, index_terms, searched_terms
from schemas.languages import STOP_WORDS

LANGUAGES = st.sampled_from(["en", "de", "fr", "pl", "nn", "hr", "hi", "zh", "vi", "und", "xx", ""])


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The pumps were measured.", ["pump", "measur"]),
        ("ERR-4417", ["err", "4417"]),
        ("ﬁle FILE file", ["file", "file", "file"]),
        ("snake_case", ["snake", "case"]),
        ("to be or not to be", ["to", "be", "or", "not", "to", "be"]),
        ("合同 转换", ["合同", "转换"]),
        ("本合同abc", ["本合", "合同", "abc"]),
        ("茶", ["茶"]),
        ("Straße", ["strass"]),
        ("?", []),
        ("", []),
    ],
)
def test_text_becomes_terms(text: str, terms: list[str]) -> None:
    assert index_terms(text) == terms


def test_a_chunk_is_searched_by_title_sections_and_text() -> None:
    assert searched_terms("Title", ("Section", "Part"), "text") == ["titl", "section", "part", "text"]
    assert searched_terms(None, (), "text") == ["text"]


@pytest.mark.parametrize(
    ("language", "text", "terms"),
    [
        ("en", "The pumps were measured.", ["pump", "measur"]),
        ("de", "Die Verträge sind gekündigt", ["vertrag", "verträg", "gekundigt", "gekündigt"]),
        ("fr", "les voyageurs remboursés", ["voyageur", "rembours", "remboursé"]),
        ("es", "¿Dónde están las facturas?", ["factur", "factura"]),
        ("ru", "Мы возвращаем билеты", ["возвраща", "возвращаем", "билет", "билеты"]),
        ("hr", "brodovi", ["brodov", "brodovi"]),
        ("hi", "हिन्दी किताबें", ["हिन्द", "हिन्दी", "किताब", "किताबें"]),
        ("zh", "本合同 the pumps", ["本合", "合同", "the", "pumps", "pump"]),
        ("ja", "契約の解除", ["契約", "約の", "の解", "解除"]),
        ("th", "สัญญา", ["สั", "ัญ", "ญญ", "ญา"]),
        ("vi", "không do ai", ["không", "do", "ai"]),
        ("de", "der die das", ["der", "die", "das"]),
        ("de", "?", []),
    ],
)
def test_a_language_has_its_own_forms_beside_those_of_the_english_rules(
    language: str, text: str, terms: list[str]
) -> None:
    assert index_terms(text, language) == terms


@given(st.text("qxk 茶水ß1-\u0300"), LANGUAGES)
def test_what_is_found_without_knowing_the_language_is_found_with_it(text: str, language: str) -> None:
    """Its letters make no stop words, which each language leaves out by itself."""
    assert set(index_terms(text)) <= set(index_terms(text, language))


@given(st.text(), LANGUAGES)
def test_every_language_takes_every_text(text: str, language: str) -> None:
    assert bool(index_terms(text, language)) == bool(index_terms(text))


def test_stop_words_are_written_as_they_are_looked_for() -> None:
    for language, words in STOP_WORDS.items():
        assert all(set(index_terms(f"{word} zebra", language)) == set(index_terms("zebra", language)) for word in words)


@given(st.text())
def test_terms_hold_no_blank_and_are_bounded(text: str) -> None:
    """The server splits them at blanks; a term with one inside would be two."""
    for term in index_terms(text):
        assert term
        assert len(term.split()) == 1
        assert len(term) <= LONGEST_TERM + 1


@given(st.text(), st.text())
def test_a_text_keeps_its_terms_inside_a_longer_one(part: str, rest: str) -> None:
    """What is asked word for word is found, unless it is nothing but stop words."""
    only_stop_words = index_terms(f"{part}\nzebra") == ["zebra"]
    assert only_stop_words or set(index_terms(part)) <= set(index_terms(f"{part}\n{rest}"))
