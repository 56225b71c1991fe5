import pytest

from agents.answering.names import names_of, unknown_names
from agents.answering.terms import terms_of


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How do I use ragstream with PostgreSQL?", ("PostgreSQL",)),
        ("When does the ferry leave?", ()),
        ("PostgreSQL or sqlite?", ("PostgreSQL",)),
        ("Does TBF-B act on cells?", ("TBF-B",)),
        ("What would I do in Split, and what in Split's port?", ("Split", "Split's")),
        ("WHEN DOES THE FERRY LEAVE?", ()),
        ("\u6e21\u8f6e\u51e0\u70b9\u5f00?", ()),
        ("", ()),
    ],
)
def test_names_are_words_with_a_capital_letter_but_for_the_first(question, names):
    assert names_of(question) == names


def test_a_name_is_known_when_any_passage_has_it_or_one_that_begins_alike():
    held = [frozenset(terms_of("Postgres is a database.")), frozenset(terms_of("It sails to Hvar."))]
    assert unknown_names("Can I use PostgreSQL on Hvar?", held) == ()
    assert unknown_names("Can I use MongoDB on Vis or Hvar?", held) == ("MongoDB", "Vis")


def test_where_every_noun_has_a_capital_it_must_stand_inside_the_word_to_make_a_name():
    assert names_of("Wann endet der Vertrag mit PostgreSQL?", "de") == ("PostgreSQL",)
    assert names_of("Quand part le ferry de Split ?", "fr") == ("Split",)
    assert unknown_names("Wie lange gilt ein Vertrag mit PostgreSQL?", [frozenset(["vertrag"])], "de") == (
        "PostgreSQL",
    )
