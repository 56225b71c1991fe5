"""A prompt in, what is wrong with it out: its form, then each of its own test cases, rendered. No model is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.grammar import DATA
from agents.answering.prompting.parameters import Parameter, check_parameters
from agents.answering.prompting.render import Rendered, render
from agents.answering.prompting.templates import compiled
from agents.answering.prompting.tokens import Counter
from schemas.chunks import UNDETERMINED, Span
from schemas.drafts import Turn
from schemas.event import EPOCH, Origin
from schemas.passages import Passage
from schemas.prompts import PromptCase, PromptPublished

_ANY_VALUE: Final[dict[str, Parameter]] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True}
_NOWHERE: Final = Origin(topic="documents", partition=0, offset=0, at=EPOCH)


@dataclass(frozen=True)
class CaseResult:
    """What came of one case."""

    name: str
    problems: tuple[str, ...]
    """None when it passed."""


def check_prompt(prompt: PromptPublished, counter: Counter) -> None:
    """Raises `PromptError` for a prompt that could not serve every question: its form, its templates, a trial of each.

    A system message comes first and shows no data: models take what stands there for their operator's word.
    """
    check_parameters(prompt)
    names = frozenset(each.name for each in prompt.parameters)
    used: set[str] = set()
    for number, message in enumerate(prompt.messages, start=1):
        with_place = f"message {number} of {prompt.name} ({message.role})"
        try:
            variables = compiled(message.template, names)[1]
        except PromptError as error:
            raise PromptError(f"{with_place}, {error}") from None
        if message.role == "system" and variables & DATA:
            raise PromptError(f"{with_place}: {min(variables & DATA)} is data: show it in a user message")
        if message.role == "system" and number > 1:
            raise PromptError(f"{with_place}: a system message comes first, and there is one at most")
        used |= variables
    if "question" not in used:
        raise PromptError(f"the prompt {prompt.name} does not show the question: put {{{{ question }}}} into it")
    _try(prompt, counter)


def run_cases(prompt: PromptPublished, counter: Counter, language_of: Callable[[str], str]) -> tuple[CaseResult, ...]:
    """Each case with what its messages lack, or wrongly hold. `language_of` gives a question's ISO 639 code."""
    return tuple(_run(prompt, case, counter, language_of) for case in prompt.cases)


def case_passages(texts: tuple[str, ...]) -> tuple[Passage, ...]:
    """Passages as a search would find them, best first."""
    return tuple(
        Passage(
            chunk_id=f"case-{number}",
            doc_id=f"case-{number}",
            revision=1,
            text=text,
            ordinal=0,
            span=Span(start=0, end=len(text)),
            origin=_NOWHERE,
            score=1.0 / number,
            similarity=0.0,
        )
        for number, text in enumerate(texts, start=1)
    )


def _run(prompt: PromptPublished, case: PromptCase, counter: Counter, language_of: Callable[[str], str]) -> CaseResult:
    try:
        rendered = _rendered(prompt, case, counter, language_of(case.question), case.parameters)
    except PromptError as error:
        return CaseResult(case.name, (str(error),))
    text = "\n".join(each.content for each in rendered.messages)
    lacking = [f"{wanted!r} is missing" for wanted in case.contains if wanted not in text]
    there = [f"{unwanted!r} is there" for unwanted in case.lacks if unwanted in text]
    return CaseResult(case.name, (*lacking, *there))


def _try(prompt: PromptPublished, counter: Counter) -> None:
    """Render with much, little and nothing, so that no branch of the templates fails for the first time in use."""
    values = {each.name: _ANY_VALUE[each.type] for each in prompt.parameters if each.default is None}
    turn = Turn(question="What is asked first?", answer="The first answer.")
    for texts, turns in ((("One.", "Two."), (turn, turn)), (("One.",), ()), ((), (turn,)), ((), ())):
        case = PromptCase(name="trial", question="What is asked?", passages=texts)
        _rendered(prompt, case, counter, UNDETERMINED, values, turns=turns)


def _rendered(
    prompt: PromptPublished,
    case: PromptCase,
    counter: Counter,
    language: str,
    parameters: Mapping[str, Parameter],
    *,
    turns: tuple[Turn, ...] = (),
) -> Rendered:
    return render(
        prompt,
        question=case.question,
        passages=case_passages(case.passages),
        turns=turns,
        language=language,
        parameters=parameters,
        counter=counter,
    )
