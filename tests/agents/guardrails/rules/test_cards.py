import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.checksums import luhn
from agents.guardrails.rules.cards import CardRule
from tests.agents.guardrails.pattern_rules import found, hits

PROSE = st.text(st.characters(categories=["L", "Zs", "P"], exclude_characters="-./:,_"), max_size=40)


@st.composite
def cards(draw):
    """A number of one of the great issuers, in groups or not."""
    prefix, length = draw(st.sampled_from([("4", 16), ("53", 16), ("2345", 16), ("37", 15), ("6011", 16), ("62", 16)]))
    body = prefix + draw(st.text("0123456789", min_size=length - 1 - len(prefix), max_size=length - 1 - len(prefix)))
    (number,) = [body + digit for digit in "0123456789" if luhn(body + digit)]
    groups = (4, 6, 5) if length == 15 else (4, 4, 4, 4)
    separator = draw(st.sampled_from(["", " ", "-"]))
    pieces = [number[sum(groups[:at]) : sum(groups[: at + 1])] for at in range(len(groups))]
    return separator.join(pieces)


@given(PROSE, cards(), PROSE)
def test_a_card_is_found_in_any_prose(before, card, after):
    assert found(CardRule, f"{before} {card} {after}") == [card]


@given(PROSE, cards(), PROSE, st.integers(1, 9))
def test_a_card_with_a_wrong_check_digit_is_none(before, card, after, change):
    wrong = card[:-1] + str((int(card[-1]) + change) % 10)
    assert found(CardRule, f"{before} {wrong} {after}") == []


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "my visa 4222222222222",
        "amex 3782 822463 10005",
        "Diners 3056 930902 5904",
        "Karte 5018 0000 0009",
        "JCB 3530111333300000",
        "it's 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "４１１１－１１１１－１１１１－１１１１",
        "41\u200b11111111111111",
        "卡号4111111111111111。",
        "4111.1111.1111.1111",
        "2024 4111 1111 1111 1111 12/27 123",
        "card=4111111111111111&x=1",
    ],
)
def test_cards_as_people_write_them(text):
    assert len(found(CardRule, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "1548138160707",
        "1701234567890",
        "1548138160707000",
        "4222222222222",  # thirteen digits and nothing that says card: an article's number
        "4111 1111 1111 1112",
        "123e4567-e89b-12d3-a456-426614174000",
        "0.4111111111111111",
        "order 4111111111111111",
        "0000 0000 0000 0000",
        "ab4111111111111111",
        "978-3-16-148410-0",
    ],
)
def test_failures_57_timestamps_and_other_numbers_are_no_cards(text):
    assert found(CardRule, text) == []


def test_a_reason_says_nothing_of_the_number():
    (hit,) = hits(CardRule, "4111 1111 1111 1111")
    assert not any(char.isdigit() for char in hit.reason)
