import pytest

from agents.experiments.steer import make_steering_handler
from schemas.experiments import ExperimentDecided
from schemas.prompts import PRODUCTION, PromptLabelled
from streams.prompt_book import InMemoryPromptBook
from tests.agents.experiments.samples import NOON, definition
from tests.streams.prompt_samples import published as prompt


def shipped(**fields):
    fields = {"decision": "ship", "arm": "b", "overrides": {"label": "candidate"}, "in_force": True} | fields
    return ExperimentDecided(event_id="s", name="x", version="v", at=NOON, **fields)


@pytest.fixture
def book():
    book = InMemoryPromptBook()
    for label, text in ((PRODUCTION, "old"), ("candidate", "new")):
        version = prompt(text)
        book.apply(version)
        book.apply(PromptLabelled(name=version.name, label=label, version=version.version))
    return book


async def test_a_definition_goes_on_to_those_who_count():
    [opened] = await make_steering_handler(InMemoryPromptBook())(definition())
    assert (opened.definition, opened.slot) == (definition(), "default/x")


async def test_what_is_shipped_becomes_production_and_where_that_pointed_is_said(book):
    name = prompt("new").name
    overrides = {"label": "candidate", "prompt": name}
    [moved] = await make_steering_handler(book)(shipped(overrides=overrides))
    assert (moved.name, moved.label) == (name, PRODUCTION)
    assert (moved.version, moved.previous) == (prompt("new").version, prompt("old").version)
    book.apply(moved)
    assert await make_steering_handler(book)(shipped(overrides=overrides)) == ()


@pytest.mark.parametrize(
    "fields",
    [{"in_force": False}, {"decision": "roll-back"}, {"overrides": {"top_k": 3}}, {"overrides": {"label": "?"}}],
)
async def test_advice_and_what_is_no_prompt_move_nothing(book, fields):
    assert await make_steering_handler(book)(shipped(**fields)) == ()
