import pytest

from agents.guardrails.national_ids import north_and_east_european as north

CHECKED = [
    (north.is_personnummer, "8112289874"),
    (north.is_personnummer, "198112289874"),
    (north.is_fodselsnummer, "15076500565"),
    (north.is_isikukood, "37605030299"),
    (north.is_pesel, "44051401359"),
    (north.is_rodne_cislo, "7103192745"),
    (north.is_cnp, "1800101221144"),
    (north.is_egn, "7523169263"),
    (north.is_snils, "11223344595"),
    (north.is_inn, "500100732259"),
    (north.is_rnokpp, "1759013776"),
    (north.is_hetu, "131052308T"),
]


@pytest.mark.parametrize(("check", "number"), CHECKED)
def test_a_known_number_holds_and_no_other_last_character_does(check, number):
    alphabet = "0123456789" if number[-1].isdigit() else "ABCDEFHJKLMNPRSTUVWXY"
    assert [last for last in alphabet if check(number[:-1] + last)] == [number[-1]]


def test_danes_have_a_date_and_icelanders_a_century_too():
    assert north.is_cpr("0707614285")
    assert not north.is_cpr("3213614285")
    assert north.is_kennitala("1201743399")
    assert not north.is_kennitala("1201743391")


def test_the_second_round_of_weights_is_used_where_the_first_leaves_ten():
    found = [code for code in range(37605030200, 37605030999) if north.is_isikukood(str(code))]
    assert len(found) in range(75, 85)


@pytest.mark.parametrize(
    ("check", "number", "wrong"),
    [
        (north.is_latvian, "16117519997", "16117519998"),
        (north.is_latvian, "32010234567", "33010234567"),
        (north.is_jmbg, "0101006500006", "0101006500007"),
        (north.is_hungarian, "19911122427", "19911122428"),
    ],
)
def test_a_known_number_holds_and_another_does_not(check, number, wrong):
    assert check(number)
    assert not check(wrong)
