import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.follow_up import MOST_CHARACTERS, FollowUpRewriter, is_follow_up, standalone
from schemas.drafts import Turn
from schemas.questions import MAX_QUESTION_CHARACTERS


def turn(question, answer):
    return (Turn(question=question, answer=answer),)


FERRY = turn("When does the ferry to Hvar leave in summer?", "It leaves Split at half past nine. [1]")
TOWER = turn("Who built the Eiffel Tower?", "The tower was built by Gustave Eiffel's company [1].")
GERMAN = turn("Wann fährt die Fähre nach Hvar im Sommer?", "Sie fährt um halb zehn ab. [1]")
FRENCH = turn("Quand part le bateau pour Hvar en été ?", "Il part de Split à neuf heures. [1]")
SPANISH = turn("¿Cuándo sale el barco para Hvar en verano?", "Sale de Split a las nueve. [1]")


@pytest.mark.parametrize(
    ("turns", "question", "meant"),
    [
        (FERRY, "And in winter?", "When does the ferry to Hvar leave in winter?"),
        (FERRY, "on public holidays?", "When does the ferry to Hvar leave in summer on public holidays?"),
        (FERRY, "What about dogs?", "When does the ferry to Hvar leave in summer, dogs?"),
        (FERRY, "And for cars?", "When does the ferry to Hvar leave in summer for cars?"),
        (FERRY, "And?", "When does the ferry to Hvar leave in summer?"),
        (GERMAN, "Und im Winter?", "Wann fährt die Fähre nach Hvar im Winter?"),
        (FRENCH, "Et en hiver ?", "Quand part le bateau pour Hvar en hiver?"),
        (SPANISH, "¿Y en invierno?", "¿Cuándo sale el barco para Hvar en invierno?"),
    ],
)
def test_a_piece_of_a_question_is_put_into_the_one_before(turns, question, meant):
    assert standalone(question, turns) == meant


@pytest.mark.parametrize(
    ("turns", "question", "words"),
    [
        (FERRY, "How long does it take?", ["ferry", "Hvar"]),
        (FERRY, "Are dogs allowed there?", ["ferry", "Hvar"]),
        (FERRY, "Why?", ["ferry", "Hvar"]),
        (FERRY, "How much?", ["ferry", "Hvar"]),
        (TOWER, "How tall is it?", ["Eiffel", "Tower"]),
        (TOWER, "When was he born?", ["Gustave", "Eiffel"]),
        (GERMAN, "Wie lange dauert sie?", ["Fähre", "Hvar"]),
        (GERMAN, "Dürfen Hunde dort mit?", ["Fähre", "Hvar"]),
        (FRENCH, "Combien de temps met-il ?", ["bateau", "Hvar"]),
        (FRENCH, "Pourquoi ?", ["bateau", "Hvar"]),
        (SPANISH, "¿Cuánto cuesta eso?", ["barco", "Hvar"]),
        (SPANISH, "¿Por qué?", ["barco", "Hvar"]),
    ],
)
def test_a_pointing_word_is_given_what_the_last_question_was_about(turns, question, words):
    meant = standalone(question, turns)
    assert all(word in meant for word in words)
    assert question.strip(" ?¿").lower() in meant.lower()
    assert "[1]" not in meant


@pytest.mark.parametrize(
    ("turns", "question"),
    [
        (FERRY, "Who wrote Hamlet?"),
        (FERRY, "what is photosynthesis?"),
        (FERRY, "what's photosynthesis?"),
        (FERRY, "Is it possible to change the oil of a pump?"),
        (FERRY, "How do I install the driver?"),
        (FERRY, "And who wrote the play about the prince of Denmark?"),
        (FERRY, "Is there a bus to Trogir?"),
        (FERRY, "In which year was the harbour built?"),
        (FERRY, "Thanks!"),
        (FERRY, "🙂"),
        (FERRY, ""),
        (GERMAN, "Gibt es einen Bus nach Trogir?"),
        (FRENCH, "Y a-t-il un bus ?"),
    ],
)
def test_a_question_that_makes_sense_on_its_own_stays_as_it_is(turns, question):
    assert not is_follow_up(question, turns)
    assert standalone(question, turns) == question


def test_without_turns_nothing_is_a_follow_up():
    assert standalone("And in winter?", ()) == "And in winter?"


async def test_a_chain_of_pieces_keeps_its_topic():
    rewriter, turns = FollowUpRewriter(), FERRY
    for question in ("And in winter?", "And in spring?"):
        meant = await rewriter.standalone(question, turns, tenant="acme", seconds_left=1)
        turns = (*turns, *turn(meant, "At nine."))
    assert meant == "When does the ferry to Hvar leave in spring?"


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_was_said_it_is_one_short_line_or_the_question_itself(question, asked, answer):
    meant = standalone(question, turn(asked, answer))
    assert meant == question or (len(meant) <= MOST_CHARACTERS and "\n" not in meant)


@pytest.mark.parametrize("text", ["it " * 2_700, "and " * 2_000, "?" * 8_000, "in-" * 2_700, "' " * 4_000])
def test_hostile_questions_are_read_in_bounded_time(text):
    """FAILURES 59."""
    began = time.process_time()
    standalone(text[:MAX_QUESTION_CHARACTERS], turn(text, text))
    standalone("And it?", turn(text, text))
    assert time.process_time() - began < 2
