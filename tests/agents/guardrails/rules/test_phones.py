import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.rules.phones import PhoneRule
from tests.agents.guardrails.pattern_rules import found

NUMBERS = {
    "Argentina": ["+54 9 11 1234-5678", "011 4123-4567"],
    "Australia": ["+61 412 345 678", "0412 345 678", "(02) 9876 5432"],
    "Austria": ["+43 664 1234567", "0664 1234567"],
    "Bangladesh": ["+880 1712-345678"],
    "Belgium": ["+32 470 12 34 56", "0470 12 34 56", "0470/12.34.56"],
    "Brazil": ["+55 11 91234-5678", "(11) 91234-5678"],
    "Chile": ["+56 9 1234 5678"],
    "China": ["+86 138 1234 5678", "手机号13812345678", "138-1234-5678"],
    "Colombia": ["+57 300 123 4567"],
    "Czechia": ["+420 601 123 456"],
    "Denmark": ["+45 20 12 34 56", "tlf. 20 12 34 56"],
    "Egypt": ["+20 100 123 4567"],
    "Finland": ["+358 40 1234567", "040 123 4567"],
    "France": ["+33 6 12 34 56 78", "06 12 34 56 78", "06.12.34.56.78", "00 33 6 12 34 56 78"],
    "Germany": ["+49 30 123456", "0049 30 123456", "030 / 1234567", "Tel.: 089/1234567", "(030) 123 45 67"],
    "Greece": ["+30 691 234 5678"],
    "Hungary": ["+36 20 123 4567"],
    "India": ["+91 98765 43210", "call 98765 43210"],
    "Indonesia": ["+62 812-3456-7890"],
    "Ireland": ["+353 85 123 4567", "085 123 4567"],
    "Israel": ["+972 50-123-4567", "050-123-4567"],
    "Italy": ["+39 06 6982 1234", "06 6982 1234", "333 123 4567"],
    "Japan": ["+81 90-1234-5678", "090-1234-5678", "03-1234-5678"],
    "Kenya": ["+254 712 345678", "0712 345678"],
    "Korea": ["+82 10-1234-5678", "010-1234-5678"],
    "Mexico": ["+52 55 1234 5678", "llámame al 55 1234 5678"],
    "Netherlands": ["+31 6 12345678", "06-12345678", "020-1234567"],
    "New Zealand": ["+64 21 123 4567", "021 123 4567"],
    "Nigeria": ["+234 803 123 4567", "0803 123 4567"],
    "Norway": ["+47 412 34 567", "ring meg på 412 34 567"],
    "Pakistan": ["+92 300 1234567", "0300-1234567"],
    "Philippines": ["+63 917 123 4567", "0917 123 4567"],
    "Poland": ["+48 512 345 678", "telefon 512 345 678"],
    "Portugal": ["+351 912 345 678", "telemóvel 912 345 678"],
    "Romania": ["+40 721 234 567", "0721 234 567"],
    "Russia": ["+7 912 345-67-89", "8 (912) 345-67-89", "тел. 8 912 345 67 89"],
    "Saudi Arabia": ["+966 50 123 4567", "هاتف ٠٥٠١٢٣٤٥٦٧"],
    "Singapore": ["+65 9123 4567", "call me at 9123 4567"],
    "South Africa": ["+27 82 123 4567", "082 123 4567"],
    "Spain": ["+34 612 34 56 78", "mi teléfono es 612 345 678"],
    "Sweden": ["+46 70 123 45 67", "070-123 45 67", "08-123 456 78"],
    "Switzerland": ["+41 79 123 45 67", "079 123 45 67"],
    "Thailand": ["+66 81 234 5678", "081-234-5678"],
    "Turkey": ["+90 532 123 45 67", "0532 123 45 67"],
    "Ukraine": ["+380 50 123 4567"],
    "United Kingdom": ["+44 20 7946 0958", "020 7946 0958", "07700 900123"],
    "United States": ["+1 (212) 555-0123", "212-555-0123", "212.555.0123", "1-800-555-0199", "my cell is 2125550123"],
    "Vietnam": ["+84 91 234 56 78"],
}


@pytest.mark.parametrize(("country", "text"), [(country, text) for country, texts in NUMBERS.items() for text in texts])
def test_numbers_of_many_countries_are_found(country, text):
    assert len(found(PhoneRule, text)) == 1, country


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("call 555-1234 x12 now", "555-1234 x12"),
        ("tel:+12125550123", "+12125550123"),
        ("9885 1152-Office\\,730.347.5681x8340-Fax", "9885 1152"),
        ("+12125550123,", "+12125550123"),
        ("Fax 61 51 81", "61 51 81"),
        ("4155552671 is my phone number", "4155552671"),
        ("9876543210, call me", "9876543210"),
        ("0151 23456789", "0151 23456789"),
        ("8-800-555-35-35", "8-800-555-35-35"),
        ("My order is late, call me: 212 555 0123", "212 555 0123"),
    ],
)
def test_short_numbers_extensions_and_signs_around(text, number):
    assert number in found(PhoneRule, text)


def test_failures_56_a_number_in_a_french_sentence_is_found():
    assert found(PhoneRule, "Mon numéro est le 06 12 34 56 78") == ["06 12 34 56 78"]


@pytest.mark.parametrize(
    "text",
    [
        "Order 00123456789 shipped",
        "1548138160707",
        "123e4567-e89b-12d3-a456-426614174000",
        "exit code 137",
        "port 8080",
        "2024-01-15 12",
        "192.168.100.200",
        "ISBN 978-3-16-148410-0",
        "4111 1111 1111 1112",
        "My order number is 123-456-7890",
        "version 10.0.19041.1234",
        "3.14159265358979",
        "$1,234,567.89",
        "call of 2024-01-15",
        "078-05-1120",
        "1 2 3 4 5 6 7 8 9",
        "341 226 419 bytes",
        "pages 1121-1134",
        "sha256:0123456789",
    ],
)
def test_failures_57_other_numbers_pass(text):
    assert found(PhoneRule, text) == []


@given(st.text("0123456789+-. ()/x", max_size=80))
def test_a_number_begins_and_ends_with_what_belongs_to_it(text):
    for piece in found(PhoneRule, text):
        assert piece[0] in "+(0123456789"
        assert piece[-1].isdigit()
