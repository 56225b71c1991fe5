from dataclasses import replace

from agents.answering.evidence import signs_of, weigh_evidence
from agents.answering.options import AnsweringOptions
from tests.agents.answering.fakes import passage

OPTIONS = AnsweringOptions()
QUESTION = "When does the ferry leave Split?"


def test_no_passages_are_no_evidence():
    assert weigh_evidence(QUESTION, (), OPTIONS).lacking


def test_similar_words_and_meaning_suffice():
    found = passage("The ferry leaves Split at nine.", similarity=0.7)
    assert weigh_evidence(QUESTION, [found], OPTIONS).lacking is None


def test_a_similar_passage_without_the_words_does_not():
    assert weigh_evidence(QUESTION, [passage("Trains run hourly.", similarity=0.6)], OPTIONS).lacking


def test_words_scattered_over_passages_do_not_add_up():
    apart = [passage(text, similarity=0.3) for text in ("The ferry.", "They leave.", "In Split.")]
    assert weigh_evidence(QUESTION, apart, OPTIONS).lacking


def test_an_identifier_is_support_without_a_similar_vector():
    assert weigh_evidence("ERR-4417?", [passage("ERR-4417: no paper.", similarity=0.05)], OPTIONS).lacking is None


def covered(question, found):
    return signs_of(question, [found]).passages[0][1]


def test_title_and_headings_count_as_words_of_the_passage():
    assert covered(QUESTION, passage("It leaves at nine.", title="Ferries", heading=("Split",))) == 1.0


def test_a_question_of_stop_words_is_covered_by_nothing():
    assert covered("What is it?", passage("The ferry.")) == 0.0


def test_what_stands_in_an_example_supports_no_answer():
    found = passage('## Asking\n\n```\nask "When does the ferry leave Split?"\n```\n\nQuestions go to a topic.')
    assert covered(QUESTION, found) == 0.0
    assert weigh_evidence(QUESTION, [found], OPTIONS).lacking


def test_an_example_supports_an_answer_to_a_question_about_code():
    assert covered("Which command asks?", passage("```\nask the command\n```")) == 1.0


def test_a_name_that_no_passage_holds_asks_for_a_very_similar_passage():
    found = "The ferry leaves the island at nine and at ten."
    question = "When does the ferry leave the island of Vis?"
    assert "names Vis" in str(weigh_evidence(question, [passage(found, similarity=0.42)], OPTIONS).lacking)
    assert weigh_evidence(question, [passage(found, similarity=0.7)], OPTIONS).lacking is None
    elsewhere = passage("Vis is an island.", 2, similarity=0.1)
    assert weigh_evidence(question, [passage(found, similarity=0.42), elsewhere], OPTIONS).lacking is None


def test_the_reason_tells_the_numbers():
    lacking = weigh_evidence(QUESTION, [passage("The ferry.", similarity=0.21)], OPTIONS).lacking
    assert "33%" in lacking
    assert "similarity 0.21" in lacking


def test_the_reason_says_which_similarity_is_whose():
    weighed = [passage("The ferry leaves.", similarity=0.07), passage("A train.", 2, similarity=0.36)]
    lacking = weigh_evidence(QUESTION, weighed, OPTIONS).lacking
    assert "67% of the question's terms and has a similarity of 0.07" in lacking
    assert "the nearest one (0.36)" in lacking


def test_a_question_in_another_language_is_covered_by_other_forms_of_its_words():
    found = passage("Der Vertrag über die Lieferung endet zum Jahresende.", similarity=0.05)
    assert covered("Wann endet der Vertrag über die Lieferungen?", found) == 1.0
    assert covered("Wann endet der Vertrag über die Bestellungen?", found) < 1.0


def test_a_passage_about_the_matter_that_does_not_answer_is_not_enough():
    found = passage("The ferry leaves Split at nine.", similarity=0.6)
    turned = "When does the ferry not leave Split?"
    weighed = weigh_evidence(turned, [found], OPTIONS)
    assert weighed.answerability < OPTIONS.min_answerability
    assert "the question denies what it states" in weighed.lacking
    assert weigh_evidence(QUESTION, [found], OPTIONS).answerability > OPTIONS.min_answerability
    assert weigh_evidence(turned, [found], replace(OPTIONS, min_answerability=0.0)).lacking is None


def test_the_best_sentence_is_sought_in_neighbours_as_one_text():
    first = passage("The ferry to Hvar", 1, begins=0, similarity=0.6).model_copy(update={"doc_id": "d"})
    second = passage("leaves Split at nine.", 2, begins=18, similarity=0.6).model_copy(
        update={"doc_id": "d", "ordinal": 1}
    )
    question = "When does the ferry to Hvar leave Split?"
    together = weigh_evidence(question, [first, second], replace(OPTIONS, min_support=0.0)).answerability
    apart = weigh_evidence(question, [second], replace(OPTIONS, min_support=0.0)).answerability
    assert together > apart
