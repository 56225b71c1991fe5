"""The control topics in, books of experiments, prompts and policies out, for commands that only look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.event import Event
from schemas.experiments import ExperimentDecided, ExperimentDefined
from schemas.guardrails import PolicyPublished
from schemas.prompts import PromptLabelled, PromptPublished
from streams.control_events import ControlEvents
from streams.control_reader import read_to_end
from streams.experiment_book import InMemoryExperimentBook
from streams.policy_book import InMemoryPolicyBook
from streams.prompt_book import InMemoryPromptBook
from streams.topics import TopicNames


@dataclass
class ExperimentLog:
    """What the topics say, read once."""

    book: InMemoryExperimentBook = field(default_factory=InMemoryExperimentBook)
    prompts: InMemoryPromptBook = field(default_factory=InMemoryPromptBook)
    policies: InMemoryPolicyBook = field(default_factory=InMemoryPolicyBook)
    advice: dict[tuple[str, str], ExperimentDecided] = field(default_factory=dict)
    """The last decision about each experiment by tenant and name, in force or not."""
    problems: tuple[str, ...] = ()
    """A sentence for each record that could not be followed."""

    def appliers(self) -> Mapping[type[Event], Callable[[Any], None]]:
        """Who takes which control event in."""
        return {
            ExperimentDefined: self.book.apply,
            ExperimentDecided: self.decided,
            PromptPublished: self.prompts.apply,
            PromptLabelled: self.prompts.apply,
            PolicyPublished: self.policies.apply,
        }

    def decided(self, event: ExperimentDecided) -> None:
        """Keep a decision."""
        self.advice[event.tenant, event.name] = event
        self.book.apply(event)


async def read_experiments(bootstrap: str, names: TopicNames) -> ExperimentLog:
    """All that was published up to now. Raises what `TopicReader` raises."""
    log = ExperimentLog()
    events = ControlEvents(log.appliers(), names)
    await read_to_end(bootstrap, events)
    log.problems = tuple(events.problems)
    return log
