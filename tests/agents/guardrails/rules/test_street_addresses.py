import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.rules.street_addresses import StreetAddressRule
from tests.agents.guardrails.pattern_rules import found


@pytest.mark.parametrize(
    "text",
    [
        "1600 Pennsylvania Avenue NW, Washington, DC 20500",
        "221B Baker Street, London NW1 6XE",
        "15 millicent drive is no name, 15 Millicent Drive is",
        "10 Downing St",
        "500 Queens Quay W, 55 Bloor Street West, Toronto, ON",
        "12 George Street Sydney",
        "Unter den Linden 77, Musterstraße 12a, 10117 Berlin",
        "Hauptstr. 5, 80331 München",
        "Mariahilfer Gasse 10, 1060 Wien",
        "Bahnhofstrasse 21, 8001 Zürich",
        "12 rue de la Paix, 75002 Paris",
        "12 bis, avenue Victor Hugo",
        "Calle Mayor 12, 28013 Madrid",
        "Avenida Paulista 1578, São Paulo",
        "Via Garibaldi 3, 00153 Roma",
        "Piazza del Duomo 1",
        "Rua Augusta 274",
        "Borgo Camillo, 9\n51021, Le Regine (PT)",
        "Rockefellerova 6\n67495 Kastav",
        "Cra. 42 # 8-6",
        "Keizersgracht 174, 1016 DW Amsterdam",
        "Nieuwstraat 5",
        "Vesterbrogade 3, 1620 København",
        "Drottninggatan 71",
        "Karl Johans gate 1, Kirkeveien 12",
        "Mannerheimintie 5",
        "ul. Marszałkowska 10, Warszawa",
        "Václavské náměstí 1, ulice Dlouhá 12",
        "Andrássy út 60, Budapest",
        "улица Ленина 10",
        "ул. Пушкина, д. 5",
        "İstiklal Caddesi 12",
        "北京市朝阳区建国路88号",
        "〒100-0001 東京都千代田区",
        "東京都渋谷区神南1-2-3",
        "서울시 강남구 테헤란로 152",
        "Jalan Sudirman No. 5",
        "P.O. Box 1234",
        "Apt. 24, third floor",
        "I live at 42 Heiligengeist",
        "My zip code is 72664",
        "SW1A 1AA",
    ],
)
def test_addresses_of_many_countries_are_found(text):
    assert found(StreetAddressRule, text) != []


def test_the_parts_of_an_address_are_one():
    text = "Send it to 92 Elm Street, Apt 4, Springfield, IL 62704 please"
    assert found(StreetAddressRule, text) == ["92 Elm Street, Apt 4, Springfield, IL 62704"]


@pytest.mark.parametrize(
    "text",
    [
        "The top 20 songs",
        "5 miles down the road",
        "2 people in one place",
        "3 of the best ways to drive",
        "10 minutes from the street",
        "during 2020 and in spring 2024",
        "the route via 127.0.0.1 is down",
        "via X.25/X.75 gateways",
        "monitoring 24 hours a day",
        "Order 00123456789 shipped",
        "port 8080 on the way",
        "Section 5, page 12, row 3",
        "version 1.2 of the address book",
        "3 tables in a row, 4 in a square",
        "meet me at 5 pm",
        "2 blocks of memory at address 0x1000",
    ],
)
def test_failures_57_numbers_near_words_for_ways_pass(text):
    assert found(StreetAddressRule, text) == []


@given(st.text("12 aA,.\nstreetrue ßé号", max_size=120))
def test_places_hold_a_digit(text):
    for piece in found(StreetAddressRule, text):
        assert any(char.isdigit() for char in piece)
