from agents.answering.scoring import score_sentences
from tests.agents.answering.fakes import passage


def best(question, *passages):
    return max(score_sentences(question, passages), key=lambda scored: scored.score).text


def test_rare_words_weigh_more_than_common_ones():
    harbour = [passage(f"The harbour has a gate {n}.", n) for n in range(3)]
    assert best("harbour lantern", *harbour, passage("A lantern hangs here.", 9)) == "A lantern hangs here."


def test_a_heading_lends_its_words_to_the_sentences_below():
    named = passage("It closes at noon, or later if asked.", 1, heading=("Harbour office",))
    other = passage("The bank closes at five, or later if asked.", 2)
    assert best("When closes the harbour office?", other, named) == named.text


def test_a_question_is_seldom_an_answer():
    found = passage("When does the ferry leave? The ferry is leaving at nine.")
    assert best("When does the ferry leave?", found) == "The ferry is leaving at nine."


def test_the_better_passage_wins_between_equal_sentences():
    far, near = passage("The ferry leaves now.", 1, similarity=0.1), passage("The ferry leaves now.", 2, similarity=0.8)
    assert max(score_sentences("ferry", [far, near]), key=lambda scored: scored.score).rank == 1


def test_a_sentence_without_a_word_of_the_question_is_not_scored():
    assert score_sentences("ferry", [passage("Bread is brown.")]) == []
