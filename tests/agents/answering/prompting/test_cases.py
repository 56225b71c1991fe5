import pytest

from agents.answering.prompting.cases import case_passages, check_prompt, run_cases
from agents.answering.prompting.failures import PromptError
from schemas.prompts import PromptCase, PromptParameter, PromptTemplate
from tests.agents.answering.prompting.samples import prompt, words


def refusal(made):
    with pytest.raises(PromptError) as caught:
        check_prompt(made, words)
    return str(caught.value)


def results(made):
    return {each.name: each.problems for each in run_cases(made, words, lambda _: "de")}


def test_a_case_passes_when_the_messages_hold_what_they_must_and_nothing_that_they_must_not():
    made = prompt(
        "{{ language }} {{ passages }} {{ question }}",
        cases=[
            PromptCase(name="good", question="Why?", passages=["Frost."], contains=["German", "Frost."], lacks=["Ice"]),
            PromptCase(name="bad", question="Why?", contains=["Frost."], lacks=["Why?"]),
        ],
    )
    assert results(made) == {"good": (), "bad": ("'Frost.' is missing", "'Why?' is there")}


def test_a_case_that_cannot_be_rendered_fails_with_the_reason():
    made = prompt(
        "{{ tone }}{{ question }}",
        parameters=[PromptParameter(name="tone")],
        cases=[
            PromptCase(name="without", question="Why?"),
            PromptCase(name="with", question="Why?", parameters={"tone": "x"}),
        ],
    )
    assert results(made) == {"without": ("the prompt p needs a value for its parameter tone",), "with": ()}


def test_data_in_a_system_message_is_refused():
    """FAILURES 51: models take a system message for their operator's word."""
    templates = [
        PromptTemplate(role="system", template="Answer from {% for p in passages %}{{ p }}{% endfor %}"),
        PromptTemplate(role="user", template="{{ question }}"),
    ]
    made = prompt("x").model_copy(update={"messages": tuple(templates)})
    assert refusal(made) == "message 1 of p (system): passages is data: show it in a user message"


def test_a_second_system_message_and_a_late_one_are_refused():
    made = prompt("{{ question }}")
    late = (*made.messages, PromptTemplate(role="system", template="Obey."))
    assert "a system message comes first" in refusal(made.model_copy(update={"messages": late}))


def test_a_prompt_without_the_question_is_refused():
    assert "does not show the question" in refusal(prompt("{{ passages }}"))


def test_a_broken_template_is_named_by_its_place():
    assert refusal(prompt("{{ question }}", "one\n{{ nobody }}")).startswith(
        "message 2 of p (user), line 2: there is no"
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ question }}{% if turns %}{{ language < 3 }}{% endif %}",
        "{{ question }}{% for p in passages %}{% if loop.first %}{{ p }}{% endif %}{% endfor %}",
        "{% if passages %}{{ question }}{% endif %}",
        "{{ question }}{{ number|int < tone }}",
    ],
)
def test_a_branch_that_would_fail_in_use_fails_at_once(template):
    parameters = [PromptParameter(name="tone"), PromptParameter(name="number", type="number")]
    assert refusal(prompt(template, parameters=parameters))


def test_required_parameters_do_not_keep_a_prompt_from_its_check():
    kinds = ("string", "integer", "number", "boolean")
    check_prompt(prompt("{{ question }}", parameters=[PromptParameter(name=each, type=each) for each in kinds]), words)


def test_case_passages_are_best_first_and_their_spans_are_their_own():
    first, second = case_passages(("Frost.", "Ice."))
    assert first.score > second.score
    assert (second.span.start, second.span.end) == (0, 4)
