import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.answering.attribution import Evidence
from agents.answering.citations import found_at_its_span
from tests.agents.answering.fakes import passage

FERRY = passage(
    "The ferry to Hvar leaves Split at half past nine. It takes 55 minutes. Dogs are not allowed on board.", 1
)
TOWER = passage(
    "The Eiffel Tower stands in Paris. It was built by a company of engineers. Work was finished in 1889. "
    "Since then it has been painted many times.",
    2,
)
MANUAL = passage("## Cleaning\n\nUnplug the pump first. Rinse the filter with water.", 3, title="Pump X200")
QUESTION = "When does the ferry leave?"


def quoted(claim, *passages, question=QUESTION, hints=()):
    return [quote.text for quote in Evidence(question, passages or (FERRY, TOWER, MANUAL)).quotes(claim, hints)]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The ferry to Hvar leaves Split at half past nine.", "The ferry to Hvar leaves Split at half past nine."),
        ("The Hvar ferry leaves from Split at half past nine.", "The ferry to Hvar leaves Split at half past nine."),
        ("Dogs aren't allowed on the ferry's board.", "Dogs are not allowed on board."),
        ("- **Rinse** the filter with water", "Rinse the filter with water."),
        ("The X200's filter is rinsed with water.", "Rinse the filter with water."),
    ],
)
def test_a_paraphrase_is_carried_by_the_sentence_that_says_it(claim, quote):
    assert quoted(claim) == [quote]


@pytest.mark.parametrize(
    "claim",
    [
        "The ferry to Hvar leaves Split at half past ten, which is the last one.",
        "The ferry to Hvar takes 65 minutes.",
        "Dogs are allowed on board.",
        "The ferry to Korčula leaves Split at half past nine.",
        "The Eiffel Tower was finished in 1890.",
        "Bicycles travel free of charge.",
        "The Eiffel Tower stands in Paris and Split.",
        "The Ferry To Vis",
        "I hope that helps!",
        "Would you like to know when the ferry leaves Split?",
        "",
        "?",
        "[1]",
    ],
)
def test_what_no_sentence_says_has_no_quotes(claim):
    assert quoted(claim) == []


def test_what_a_sentence_is_about_may_stand_in_the_one_before_it():
    assert quoted("The Eiffel Tower was built by engineers.", question="Who built the Eiffel Tower?") == [
        "The Eiffel Tower stands in Paris. It was built by a company of engineers."
    ]
    assert quoted("The Eiffel Tower was painted.", question="What was done to the Eiffel Tower?") == []


def test_a_statement_that_says_much_may_join_two_sentences():
    ferry = "The Hvar ferry leaves Split at half past nine and takes 55 minutes."
    assert quoted(ferry, question="What about the boat?") == [FERRY.text.partition(" Dogs")[0]]
    assert quoted("The tower was built by engineers in Paris.", question="What about the Eiffel Tower?") == []


def test_sentences_of_two_passages_are_not_put_together():
    assert quoted("The ferry to Hvar was finished in 1889 by engineers.") == []


def test_of_two_passages_that_say_it_the_one_pointed_at_is_quoted():
    twin = FERRY.model_copy(update={"chunk_id": "c9"})
    evidence = Evidence(QUESTION, (FERRY, twin))
    for hints, chunk in [((), "c1"), ((2,), "c9"), ((1,), "c1"), ((0, 7, -1), "c1")]:
        [quote] = evidence.quotes("The ferry to Hvar leaves Split at half past nine.", hints)
        assert quote.chunk_id == chunk


def test_a_wrong_hint_does_no_harm():
    assert quoted("Rinse the filter with water.", hints=(1,)) == ["Rinse the filter with water."]


def test_a_word_or_two_must_have_to_do_with_the_question():
    assert quoted("Split.") == ["The ferry to Hvar leaves Split at half past nine."]
    assert quoted("Paris.") == []
    assert quoted("Paris.", question="Where does the Eiffel Tower stand?") == ["The Eiffel Tower stands in Paris."]


def test_a_heading_carries_nothing_by_itself():
    assert quoted("Cleaning", question="What about cleaning?") == []


def test_other_languages_are_compared_by_their_own_rules():
    german = passage("Die Fähre fährt um halb zehn ab. Hunde dürfen nicht an Bord. Die Überfahrt kostet zwölf Euro.", 1)
    assert quoted("Die Überfahrten kosten 12 Euro.", german) == ["Die Überfahrt kostet zwölf Euro."]
    assert quoted("Hunde dürfen an Bord.", german) == []
    chinese = passage("渡轮上午九点离开斯普利特。船票在码头出售。", 1)
    assert quoted("船票在码头出售。", chinese) == ["船票在码头出售。"]


def test_code_is_carried_by_code_only_when_it_is_nearly_the_same():
    code = passage("Install it so:\n\n```\npip install pump-tools --upgrade\n```", 1)
    assert quoted("```\npip install pump-tools --upgrade\n```", code) == ["```\npip install pump-tools --upgrade\n```"]
    assert quoted("```\npip install other-tools --upgrade\n```", code) == []


@settings(max_examples=50)
@given(st.lists(st.text(max_size=60), max_size=3), st.text(max_size=60))
def test_every_quote_is_at_its_span_whatever_the_text(bodies, claim):
    passages = [passage(text, number) for number, text in enumerate(bodies)]
    by_id = {each.chunk_id: each for each in passages}
    for said in (claim, *bodies):
        quotes = Evidence("", passages).quotes(said)
        assert all(found_at_its_span(quote, by_id[quote.chunk_id]) for quote in quotes)


def test_without_passages_nothing_is_carried():
    assert Evidence(QUESTION, ()).quotes("The ferry leaves.") == ()


def test_eight_passages_and_eight_statements_take_a_few_milliseconds():
    passages = [passage(f"{TOWER.text} {FERRY.text} Note {number}. " * 4, number) for number in range(8)]
    Evidence(QUESTION, passages)
    began = time.process_time()
    evidence = Evidence(QUESTION, passages)
    for number in range(8):
        evidence.quotes(f"The ferry to Hvar leaves Split in {number} of many cases that nobody has counted.")
    assert time.process_time() - began < 0.5
