import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.rules.ibans import LENGTHS, IbanRule
from tests.agents.guardrails.pattern_rules import found

PROSE = st.text(st.characters(categories=["L", "Zs", "P"]), max_size=40)


@st.composite
def ibans(draw):
    """An IBAN of any country with check digits that hold, in groups of four or not."""
    country, length = draw(st.sampled_from(sorted(LENGTHS.items())))
    account = draw(st.text("0123456789", min_size=length - 4, max_size=length - 4))
    remainder = int("".join(str(int(char, 36)) for char in f"{account}{country}00")) % 97
    iban = f"{country}{98 - remainder:02}{account}"
    if draw(st.booleans()):
        iban = " ".join(iban[at : at + 4] for at in range(0, length, 4))
    return iban


@given(PROSE, ibans(), PROSE)
def test_an_iban_is_found_in_any_prose(before, iban, after):
    assert found(IbanRule, f"{before} {iban} {after}") == [iban]


@given(PROSE, ibans(), PROSE, st.integers(1, 9))
def test_an_iban_with_a_wrong_digit_is_none(before, iban, after, change):
    wrong = iban[:-1] + str((int(iban[-1]) + change) % 10)
    assert found(IbanRule, f"{before} {wrong} {after}") == []


@pytest.mark.parametrize(
    "text",
    [
        "gb82 west 1234 5698 7654 32",
        "Meine IBAN: DE89370400440532013000.",
        "NL91ABNA0417164300",
        "IBAN FR14-2004-1010-0505-0001-3M02-606",
        "口座DE89370400440532013000です",
        "my IBAN is GB04AZEH9042486111489",
    ],
)
def test_ibans_as_people_write_them(text):
    assert len(found(IbanRule, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "DE89 3704 0044 0532 0130 01",
        "XX89370400440532013000",
        "DE893704004405320130001",
        "DE89 3704",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "GB04AZEH9042486111489",
    ],
)
def test_failures_57_what_only_looks_like_an_iban_passes(text):
    assert found(IbanRule, text) == []
