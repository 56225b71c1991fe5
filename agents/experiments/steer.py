"""What the control topic says of experiments in; for those who count, and for those who serve, events out.

A definition goes on to where it is in order with what is counted. A decision to ship, when it is in force and the arm
is a prompt, moves the label that serves everybody, and says where that pointed: one event brings it back. A decision
that is older than where the label points has had its time: who reads the topic again does not ship again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from agents.ports import PromptBook
from agents.shapes import Handler
from schemas.event import Event, derive_id
from schemas.experiments import ExperimentDecided, ExperimentDefined, ExperimentOpened
from schemas.prompts import PRODUCTION, PromptLabelled, PromptPublished

DEFAULT_PROMPT: Final = "answer"


def make_steering_handler(prompts: PromptBook) -> Handler[ExperimentDefined | ExperimentDecided]:
    """The handler; `prompts` are those in force."""

    async def steer(event: ExperimentDefined | ExperimentDecided) -> Sequence[Event]:
        if isinstance(event, ExperimentDefined):
            return (_opened(event),)
        if event.decision != "ship" or not event.in_force or "label" not in event.overrides:
            return ()
        name = str(event.overrides.get("prompt", DEFAULT_PROMPT))
        shipped = prompts.prompt(event.tenant, name, str(event.overrides["label"]))
        serving = prompts.prompt(event.tenant, name, PRODUCTION)
        if shipped is None or (serving is not None and serving.version == shipped.version):
            return ()
        label = prompts.labels(event.tenant, name).get(PRODUCTION)
        if label is not None and label.at > _came(event):
            return ()
        return (
            *(_own(each, event) for each in (serving, shipped) if each is not None and each.tenant != event.tenant),
            PromptLabelled(
                event_id=derive_id("shipped", event.event_id),
                tenant=event.tenant,
                at=event.at,
                name=name,
                label=PRODUCTION,
                version=shipped.version,
                previous="" if serving is None else serving.version,
            ),
        )

    return steer


def _came(event: Event) -> datetime:
    """When it was published; its own time is that of the vote that led to it, which may be much earlier."""
    return (event.read_from and event.read_from.received_at) or event.at


def _own(prompt: PromptPublished, event: ExperimentDecided) -> PromptPublished:
    """Another tenant's version as one of the tenant that ships: a label points at versions of its own tenant."""
    event_id = derive_id("shipped", event.event_id, prompt.version)
    return prompt.model_copy(update={"event_id": event_id, "tenant": event.tenant, "at": event.at})


def _opened(event: ExperimentDefined) -> ExperimentOpened:
    return ExperimentOpened(
        event_id=derive_id("opened", event.tenant, event.name, event.event_id),
        tenant=event.tenant,
        at=event.at,
        experiment=event.name,
        definition=event,
    )
