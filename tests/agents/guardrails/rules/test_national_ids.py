import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.guardrails.national_ids import NATIONAL_IDS
from agents.guardrails.rules.national_ids import NationalIdRule
from tests.agents.guardrails.pattern_rules import found, hits

VALID = {
    "US": ["my SSN is 078-05-1121", "078-05-1121", "social security number 078 05 1121", "ITIN 912-70-1234"],
    "CA": ["SIN 046 454 286"],
    "BR": ["529.982.247-25", "CPF 52998224725"],
    "MX": ["CURP BOXW310820HNERXN09"],
    "AR": ["20-12345678-6"],
    "CL": ["12.345.678-5", "RUT 12345678-5"],
    "GB": ["AB 12 34 56 C", "national insurance number AB123456C", "NHS 943 476 5919"],
    "IE": ["PPS 1234567T", "ppsn 1234567FA"],
    "DE": ["Steuer-ID 86095742719", "86 095 742 719", "Rentenversicherung 65 170839 J 003"],
    "FR": ["2 55 08 14 168 025 38", "NIR 255081416802538"],
    "ES": ["12345678Z", "NIE X-1234567-L"],
    "IT": ["RSSMRA85T10A562S", "rssmra85t10a562s"],
    "PT": ["NIF 123456789"],
    "NL": ["BSN 111222333", "burgerservicenummer 111222333"],
    "BE": ["85.07.30-033.28"],
    "CH": ["756.9217.0769.85"],
    "AT": ["SVNR 1237 010180"],
    "GR": ["ΑΜΚΑ 01013099997"],
    "SE": ["811228-9874", "19811228-9874"],
    "NO": ["fødselsnummer 15076500565"],
    "DK": ["CPR 070761-4285"],
    "FI": ["131052-308T"],
    "IS": ["kennitala 120174-3399"],
    "LV": ["161175-19997", "personas kods 320102-34567"],
    "HR": ["OIB 33392005961"],
    "RS": ["JMBG 0101006500006"],
    "HU": ["személyi szám 1-991112-2427"],
    "EE": ["isikukood 37605030299"],
    "PL": ["PESEL 44051401359"],
    "CZ": ["710319/2745"],
    "RO": ["CNP 1800101221144"],
    "BG": ["ЕГН 7523169263"],
    "RU": ["112-233-445 95", "ИНН 500100732259"],
    "UA": ["РНОКПП 1759013776"],
    "IN": ["2341 2341 2346", "Aadhaar 234123412346", "ABCPE1234F"],
    "CN": ["身份证号11010519491231002X是"],
    "TW": ["身分證字號A123456789"],
    "HK": ["A123456(3)"],
    "KR": ["900101-1234567", "주민등록번호 9001011234567"],
    "JP": ["マイナンバー 1234 5678 9018"],
    "SG": ["S1234567D"],
    "TH": ["1-2345-67890-12-1"],
    "MY": ["MyKad 880101-14-5678"],
    "ID": ["NIK 3171012304900001"],
    "PK": ["35202-1234567-1"],
    "TR": ["TC kimlik no 10000000146"],
    "IL": ["תעודת זהות 123456782"],
    "AE": ["784-1990-1234567-1"],
    "ZA": ["ID number 8001015009087"],
    "EG": ["national id 29001011234567"],
    "AU": ["TFN 123 456 782", "Medicare 2123 45670 1"],
}
"""By country, as people write them there."""


@pytest.mark.parametrize(("country", "text"), [(country, text) for country, texts in VALID.items() for text in texts])
def test_numbers_of_every_country_are_found(country, text):
    assert len(found(NationalIdRule, text)) == 1
    assert len(found(NationalIdRule, text, countries=(country,))) == 1


def test_every_country_that_is_known_has_an_example():
    assert {kind.country for kind in NATIONAL_IDS} == set(VALID)


@pytest.mark.parametrize(
    "text",
    [
        "078-05-0000",
        "666-05-1120",
        "000-12-3456",
        "CPF 529.982.247-26",
        "RSSMRA85T10A562T",
        "12345678A",
        "710319/2746",
        "Steuer-ID 86095742718",
        "PESEL 44051401358",
        "身份证号110105194912310021",
        "AB 12 34 56 Z",
        "2341 2341 2347",
        "710399/2745",
    ],
)
def test_numbers_whose_check_does_not_hold_are_none(text):
    assert found(NationalIdRule, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Order 00123456789 shipped",
        "1548138160707",
        "123e4567-e89b-12d3-a456-426614174000",
        "2024-01-15 12",
        "ISBN 978-3-16-148410-0",
        "111222333",
        "10000000146 rows",
        "tracking 9400 1632 2341 2341 2346 22",
        "0.86095742719",
    ],
)
def test_failures_57_other_numbers_pass(text):
    assert found(NationalIdRule, text) == []


def test_failures_58_a_country_that_nobody_knows_is_refused():
    with pytest.raises(ValidationError, match="no national numbers are known for ITA"):
        NationalIdRule.Options(countries=("IT", "ITA"))


def test_only_the_countries_that_are_asked_for_are_looked_for():
    assert found(NationalIdRule, "078-05-1121 and 12345678Z", countries=("ES",)) == ["12345678Z"]


def test_the_reason_says_which_number_it_is():
    (hit,) = hits(NationalIdRule, "my SSN is 078-05-1121")
    assert hit.reason.startswith("US social security number")


@pytest.mark.parametrize("kind", NATIONAL_IDS, ids=lambda kind: kind.name)
@settings(max_examples=20)
@given(data=st.data())
def test_no_check_raises_for_anything_of_its_form(kind, data):
    form = data.draw(st.sampled_from(kind.sure + kind.unsure))
    digits, letters = st.sampled_from("0123456789"), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    characters = (data.draw(digits if char == "9" else letters) for char in form if char.isalnum())
    assert kind.valid("".join(characters)) in (True, False)
