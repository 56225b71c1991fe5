import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.rules.emails import EmailRule
from tests.agents.guardrails.pattern_rules import found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("write to user@example.com.", "user@example.com"),
        ("<o'brien+x@mail.example.co.uk>", "o'brien+x@mail.example.co.uk"),
        ("mailto:a.b-c_d@x-y.io?subject=1", "a.b-c_d@x-y.io"),
        ("email=jane@example.org;", "jane@example.org"),
        ("Jürgen@müller.de schrieb", "Jürgen@müller.de"),
        ("почта иван@пример.рф.", "иван@пример.рф"),
        ("メールはuser@example.jpです", "メールはuser@example.jpです"),
        ("jane.doe [at] example [dot] com", "jane.doe [at] example [dot] com"),
        ("jane (at) example.com", "jane (at) example.com"),
        ("write to jane.doe at example dot co dot uk!", "jane.doe at example dot co dot uk"),
        ("user\uff20example.com", "user\uff20example.com"),
    ],
)
def test_addresses_as_people_write_them(text, address):
    assert found(EmailRule, text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "git@github.com:org/repo.git",
        "logo@2x.png",
        "npm install @scope/pkg@1.2.3",
        "user@localhost",
        "@handle and @another.one",
        "a@b",
        "https://user:secret@host.example.com/",
        "meet me (at) noon",
        "look at the dot on the i",
        "x @ y.z",
        "a..b@example.com",
    ],
)
def test_what_only_has_the_sign_passes(text):
    assert found(EmailRule, text) == []


def test_addresses_of_allowed_domains_pass():
    text = "help@acme.com, it@mail.acme.com and eve@notacme.com"
    assert found(EmailRule, text, allowed_domains=("acme.com",)) == ["eve@notacme.com"]


@given(st.text("ab1.-_@ [at](dot)", max_size=100))
def test_places_are_not_empty_and_hold_a_sign(text):
    for piece in found(EmailRule, text):
        assert "@" in piece or "at" in piece.lower()
