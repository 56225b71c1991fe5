import pytest

from agents.guardrails.rules.id_documents import IdDocumentRule
from tests.agents.guardrails.pattern_rules import found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("My driver's license number is LH329609T.", "LH329609T"),
        ("my driver's license number is 425700624", "425700624"),
        ("Passport no: C01X00T47", "C01X00T47"),
        ("passport X1234567 expires soon", "X1234567"),
        ("Reisepassnummer C01X00T47", "C01X00T47"),
        ("numéro de passeport : passeport n° 12AB34567", "12AB34567"),
        ("Mi pasaporte es AAA123456", "AAA123456"),
        ("护照号码是E12345678", "E12345678"),
        ("Bank account number: 1234 5678 90", "1234 5678 90"),
        ("паспорт 4510 123456", "4510 123456"),
    ],
)
def test_a_number_behind_the_name_of_a_document_is_found(text, number):
    assert found(IdDocumentRule, text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "passport 2024-01-15",
        "My passport expires in 2027",
        "passport photos cost 12 euros",
        "Do I need a driver's license at 18?",
        "the passport.js library 0.6.0",
        "Order 00123456789 shipped",
        "ID card printer HP",
    ],
)
def test_other_numbers_pass(text):
    assert found(IdDocumentRule, text) == []
