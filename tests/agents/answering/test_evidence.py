from agents.answering.evidence import coverage, weigh_evidence
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


def test_title_and_headings_count_as_words_of_the_passage():
    found = passage("It leaves at nine.", title="Ferries", heading=("Split",))
    assert coverage(frozenset(["ferri", "leav", "split"]), found) == 1.0


def test_a_question_of_stop_words_is_covered_by_nothing():
    assert coverage(frozenset(), passage("The ferry.")) == 0.0


def test_the_reason_tells_the_numbers():
    lacking = weigh_evidence(QUESTION, [passage("The ferry.", similarity=0.21)], OPTIONS).lacking
    assert "33%" in lacking
    assert "0.21" in lacking
