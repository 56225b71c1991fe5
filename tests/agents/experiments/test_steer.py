from datetime import timedelta

import pytest

from agents.experiments.steer import make_steering_handler
from schemas.event import Origin
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
        book.apply(PromptLabelled(name=version.name, label=label, version=version.version, at=NOON))
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


async def test_a_label_that_somebody_moved_after_the_decision_stays_where_it_is(book):
    """A role that reads the topic from its beginning comes by old decisions: production must not jump back to them."""
    old, decision = prompt("old"), shipped()
    back = PromptLabelled(name=old.name, label=PRODUCTION, version=old.version, at=NOON + timedelta(days=1))
    book.apply(back)
    assert await make_steering_handler(book)(decision) == ()
    later = Origin(topic="experiments", partition=0, offset=1, at=NOON, received_at=NOON + timedelta(days=2))
    [moved] = await make_steering_handler(book)(decision.model_copy(update={"read_from": later}))
    assert moved.version == prompt("new").version, "by when the decision came, not by the votes that led to it"


async def test_a_tenant_that_ships_a_version_of_the_default_tenant_gets_it_as_its_own(book):
    *published, moved = await make_steering_handler(book)(shipped(tenant="acme"))
    assert len({each.event_id for each in (*published, moved)}) == 3, "both versions, so that it can go back"
    for event in (*published, moved):
        book.apply(event)
    assert book.prompt("acme", "answer", PRODUCTION).version == prompt("new").version
    assert book.prompt("default", "answer", PRODUCTION).version == prompt("old").version
    book.apply(moved.model_copy(update={"version": moved.previous, "previous": moved.version}))
    assert book.prompt("acme", "answer", PRODUCTION).version == prompt("old").version


@pytest.mark.parametrize(
    "fields",
    [{"in_force": False}, {"decision": "roll-back"}, {"overrides": {"top_k": 3}}, {"overrides": {"label": "?"}}],
)
async def test_advice_and_what_is_no_prompt_move_nothing(book, fields):
    assert await make_steering_handler(book)(shipped(**fields)) == ()
