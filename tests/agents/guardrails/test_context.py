import pytest

from agents.guardrails.context import Reading, Words, stands_alone

PHONE = Words("phone telefon* my_number тел 手机", before=20, after=12)


@pytest.mark.parametrize(
    "text", ["Phone: 12", "unsere Telefonnummer 12", "my number is 12", "тел. 12", "我的手机号12", "12 (phone)"]
)
def test_words_are_seen_near_a_place_whatever_their_case_and_script(text):
    assert Reading(text).near(PHONE, text.index("12"), text.index("12") + 2)


@pytest.mark.parametrize("text", ["a microphone 12", "phones 12", "phone, as I said long ago and far away, 12", "12"])
def test_pieces_of_other_words_and_words_far_away_are_not(text):
    assert not Reading(text).near(PHONE, text.index("12"), text.index("12") + 2)


def test_the_last_word_before_a_place_is_the_one_that_counts():
    text = "phone or telefon 12"
    assert Reading(text).before(PHONE, text.index("12")) == len("phone or telefon")
    assert Reading("12").before(PHONE, 0) == -1


def test_a_word_anywhere_is_within():
    assert PHONE.within("see my number there")
    assert not PHONE.within("see there")


@pytest.mark.parametrize("text", ["12", "(12)", "a 12.", "a: 12, b", "号码12是", "12-", "12\n3"])
def test_a_number_between_signs_stands_alone(text):
    assert stands_alone(text, text.index("12"), text.index("12") + 2)


@pytest.mark.parametrize("text", ["a12", "12b", "_12", "3.12", "12.3", "12-3", "4,12", "7:12"])
def test_a_piece_of_a_word_or_of_another_number_does_not(text):
    assert not stands_alone(text, text.index("12"), text.index("12") + 2)


def test_places_are_where_the_words_are():
    assert PHONE.places("phone, telefonieren") == [(0, 5), (7, 19)]
