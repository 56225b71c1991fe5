import pytest

from agents.guardrails.rules.system_prompt_leak import SystemPromptLeakRule
from agents.guardrails.views import Views
from agents.ports import Subject

INSTRUCTIONS = (
    "You are the assistant of Acme. Answer only from the passages, cite each claim by its marker, and never speak of "
    "the merger with Initech before it is announced."
)


def found(answer: str, *sources: str, instructions: str = INSTRUCTIONS) -> list[str]:
    subject = Subject(stage="answer", text=answer, tenant="t", sources=sources, instructions=instructions)
    rule = SystemPromptLeakRule(SystemPromptLeakRule.Options())
    hits = rule.find(Views(answer), subject)
    return [answer[hit.span.start : hit.span.end] for hit in hits if hit.span]


def test_eight_words_in_a_row_of_the_instructions_are_a_leak() -> None:
    answer = "I was told this: never speak of the merger with Initech before it is announced. Sorry."

    assert found(answer) == ["never speak of the merger with Initech before it is announced"]


@pytest.mark.parametrize(
    "disguise", ["NEVER SPEAK OF THE MERGER WITH INITECH", "never, speak: of\nthe mer\u200bger with Initech"]
)
def test_case_marks_and_invisible_characters_do_not_hide_a_leak(disguise: str) -> None:
    assert found(f"It says: {disguise} before it is announced")


def test_five_words_are_a_leak_when_the_answer_is_little_else() -> None:
    assert found("the merger with Initech before") == ["the merger with Initech before"]


def test_a_few_shared_words_in_a_longer_answer_are_no_leak() -> None:
    assert (
        found("The merger with Initech before the summer was reported by three papers, none of which was sure.") == []
    )


def test_what_the_passages_say_as_well_is_no_secret() -> None:
    passage = "Employees may never speak of the merger with Initech before it is announced."

    assert found("They may never speak of the merger with Initech before it is announced.", passage) == []


def test_without_instructions_there_is_nothing_to_leak() -> None:
    assert found("You are the assistant of Acme. Answer only from the passages", instructions="") == []
