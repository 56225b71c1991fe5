from agents.answering.experimenting import RULE
from schemas.answers import AnswerAbstained, AnswerServed, Citation, Finding, LookedAt, Provenance, Usage
from schemas.chunks import Span
from streams.shadow import MAX_EXAMPLES, Change, Shadow, change_of, overlap


def answer(text="So.", looked="abc", cited="a", kind=AnswerServed, number=1, **more):
    citations = tuple(
        Citation(chunk_id=each, doc_id="d", revision=1, span=Span(start=0, end=1), quote="x", score=1) for each in cited
    )
    return kind(
        query_id=f"q{number}",
        answer_id="a",
        question="Why?",
        text=text,
        citations=citations if kind is AnswerServed else (),
        looked_at=tuple(LookedAt(chunk_id=each, doc_id="d", score=1, similarity=1) for each in looked),
        provenance=Provenance(retrieval={"top_k": 2}),
        **more,
    )


def shadow(*pairs):
    made = Shadow(["a", "b"])
    for control, other in pairs:
        made.add({"a": control, "b": other})
    return made


def test_the_overlap_is_that_of_the_passages_that_could_be_drafted_from():
    assert overlap(answer(looked="abx"), answer(looked="aby")) == 1.0
    assert overlap(answer(looked="ab"), answer(looked="bc")) == 1 / 3
    assert overlap(answer(looked=""), answer(looked="")) == 1.0


def test_a_difference_is_one_of_outcome_of_sources_or_of_words():
    served, abstained = answer(), answer(kind=AnswerAbstained)
    assert change_of(served, answer()) is None
    assert change_of(abstained, answer("Other.", kind=AnswerAbstained)) is None
    assert change_of(served, abstained) == Change("AnswerServed", "AnswerAbstained")
    assert change_of(served, answer("Other.")) == Change("AnswerServed", "other words")
    assert change_of(served, answer("Other.", cited="b")) == Change("AnswerServed", "other sources")


def test_the_report_has_what_each_arm_did():
    finding = Finding(rule="toxicity", reason="r", stage="answer", action="flag")
    missed = Finding(rule=RULE, reason="there is no policy gone")
    told = shadow(
        (answer(timings_ms={"total": 10}), answer(timings_ms={"total": 20}, usage=Usage(cost=2))),
        (answer(timings_ms={"total": 30}), answer(kind=AnswerAbstained, looked="xyz", findings=(finding, missed))),
    ).report(show_text=False)
    assert told["questions"] == 2
    control, other = told["arms"]["a"], told["arms"]["b"]
    assert (control["outcomes"], control["latency_ms_p50"]) == ({"AnswerServed": 2}, 20)
    assert other["outcomes"] == {"AnswerServed": 1, "AnswerAbstained": 1}
    assert (other["retrieval_overlap"], other["differ"], other["mean_cost"]) == (0.5, 1, 1)
    assert other["guardrail_findings"] == {"toxicity (answer: flag)": 1}
    assert other["not_followed"] == {"there is no policy gone": 1}
    assert "changes" not in control


def test_texts_of_examples_are_shown_only_when_asked_for():
    made = shadow((answer("Secret."), answer("Other secret.")))
    (change,) = made.report(show_text=False)["arms"]["b"]["changes"]
    assert change == {"before": "AnswerServed", "after": "other words", "count": 1, "examples": [{"query_id": "q1"}]}
    (change,) = made.report(show_text=True)["arms"]["b"]["changes"]
    assert change["examples"] == [{"query_id": "q1", "question": "Why?", "control": "Secret.", "arm": "Other secret."}]


def test_examples_are_few_however_many_answers_differ():
    made = shadow(*((answer(number=n), answer("Other.", number=n)) for n in range(50)))
    (change,) = made.report(show_text=False)["arms"]["b"]["changes"]
    assert (change["count"], len(change["examples"])) == (50, MAX_EXAMPLES)


def test_one_question_has_no_percentiles():
    assert shadow((answer(), answer())).report(show_text=False)["arms"]["a"]["latency_ms_p50"] is None
