"""Prompts, passages and a counter that the tests of prompting share."""

from agents.answering.prompting.cases import case_passages
from agents.answering.prompting.render import Rendered, render
from schemas.drafts import Turn
from schemas.prompts import PromptPublished, PromptTemplate


def words(text: str) -> int:
    return len(text.split())


def prompt(*templates: str, role="user", name="p", **fields) -> PromptPublished:
    return PromptPublished(
        name=name, messages=[PromptTemplate(role=role, template=each) for each in templates], **fields
    )


def rendered(
    made: PromptPublished, *texts: str, question="Why?", turns=(), language="en", parameters=None, counter=words
) -> Rendered:
    return render(
        made,
        question=question,
        passages=case_passages(texts),
        turns=[Turn(question=asked, answer=said) for asked, said in turns],
        language=language,
        parameters=parameters or {},
        counter=counter,
    )


def text_of(made: Rendered) -> str:
    return "\n".join(each.content for each in made.messages)


EVERYTHING = prompt("{{ passages }}\n{{ turns }}\n{{ question }}")
