import pytest

from agents.answering.terms import stem, terms_of, weights, words_of


def test_words_are_compared_by_their_stems_without_stop_words():
    assert terms_of("Where do the ferries leave?") == terms_of("a ferry leaves")


def test_full_width_and_ligatures_are_plain():
    assert words_of("ＡＢＣ ﬁle") == ["abc", "file"]


def test_unspaced_scripts_are_compared_by_pairs():
    assert terms_of("渡轮九点") == ["渡轮", "轮九", "九点"]
    assert terms_of("水") == ["水"]


def test_identifiers_keep_their_digits():
    assert terms_of("ERR-4417") == ["err", "4417"]


def test_what_every_passage_says_is_light():
    weighed = weights(["ferri", "split"], [frozenset(["ferri"]), frozenset(["ferri", "split"]), frozenset(["ferri"])])
    assert 0 < weighed["ferri"] < weighed["split"]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Die Verträge über Lieferungen", "ein Vertrag, eine Lieferung"),
        ("fr", "les voyageurs remboursés", "un voyageur, rembourser"),
        ("es", "las facturas", "¿Dónde está la factura?"),
        ("ru", "Мы возвращаем билеты", "возвращаем билет"),
        ("zh", "渡轮九点", "渡轮九点"),
        ("xx", "ferries", "the ferry"),
    ],
)
def test_words_of_a_language_are_compared_by_its_own_stems_and_stop_words(language, one, other):
    assert terms_of(one, language) == terms_of(other, language) != []


def test_a_stop_word_has_a_stem_too():
    assert stem("before", "en") == "befor"
    assert stem("häuser", "de") == stem("hauses", "de")
