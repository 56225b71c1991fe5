from agents.answering.prompting.cases import case_passages
from agents.answering.prompting.data import fence_all
from schemas.drafts import Turn

PASSAGE = case_passages(("Drain it [12] before frost. See a[3].",))[0].model_copy(
    update={"title": "Pumps", "heading": ("Winter", "Frost")}
)
TURN = Turn(question="Which pump?", answer="The old one.")


def test_passages_are_numbered_titled_and_free_of_references_that_would_read_as_citations():
    fences = fence_all("Why?", [PASSAGE, PASSAGE], [])
    assert str(fences.passages[1]) == (
        f'[2] <data {fences.mark} title="Pumps › Winter › Frost">\n'
        f"Drain it before frost. See a[3].\n</data {fences.mark}>"
    )


def test_several_are_shown_one_after_the_other_also_by_their_representation():
    fences = fence_all("Why?", [PASSAGE, PASSAGE], [TURN])
    assert str(fences.passages) == repr(fences.passages) == f"{fences.passages[0]}\n\n{fences.passages[1]}"
    assert (
        str(fences.turns)
        == repr(fences.turns[0])
        == (f"Question: {fences.turns[0].question}\nAnswer: {fences.turns[0].answer}")
    )


def test_the_mark_depends_on_question_passages_turns_and_what_else_is_named():
    marks = {
        fence_all(question, passages, turns, *content).mark
        for question in ("Why?", "When?")
        for passages in ([], [PASSAGE], [PASSAGE, PASSAGE])
        for turns in ([], [TURN])
        for content in ((), ("v1",))
    }
    assert len(marks) == 2 * 3 * 2 * 2
    assert fence_all("Why?", [PASSAGE], [TURN]).mark == fence_all("Why?", [PASSAGE], [TURN]).mark
