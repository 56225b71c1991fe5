"""Definitions of experiments and decisions about them as they are published in, what a question is part of out."""

from collections.abc import Iterator, Sequence
from typing import Final

from agents.answering.experimenting import read_overrides
from agents.experiments.assignment import assign
from agents.ports import Assigned
from schemas.experiments import ExperimentDecided, ExperimentDefined
from schemas.failures import ConfigurationError
from schemas.questions import QuestionAsked

DEFAULT_TENANT: Final = "default"

Known = tuple[ExperimentDefined, ExperimentDecided | None]
"""A definition, and the last decision about it that is in force."""


class InMemoryExperimentBook:
    """An `Experimenter` that is told what is published.

    An experiment is its tenant's: those of `default` are for everybody's questions, those of another tenant for its own
    ones, where they stand in for one of the same name of `default`.
    """

    def __init__(self) -> None:
        self._defined: dict[tuple[str, str], ExperimentDefined] = {}
        self._decided: dict[tuple[str, str], ExperimentDecided] = {}

    def apply(self, event: ExperimentDefined | ExperimentDecided) -> None:
        """Put a definition or a decision in force; advice is no decision, and leaves what is in force.

        Raises `ConfigurationError` for a definition that cannot be followed; the one before it stays in force.
        """
        key = event.tenant, event.name
        if isinstance(event, ExperimentDefined):
            check_definition(event)
            self._defined[key] = event
        elif event.in_force:
            self._decided[key] = event

    def assigned(self, question: QuestionAsked) -> Sequence[Assigned]:
        """Each that the question takes part in, by name."""
        if not self._defined:
            return ()
        known = {definition.name: (definition, decision) for definition, decision in self._serving(question.tenant)}
        return [
            Assigned(
                experiment=experiment_key(definition, question.tenant),
                arm=arm,
                unit=unit,
                overrides=next(each.overrides for each in definition.arms if each.name == arm),
            )
            for name, (arm, unit) in sorted(assign(question, known.values()).items())
            for definition in (known[name][0],)
        ]

    def all(self) -> Sequence[Known]:
        """Every tenant's experiments, by tenant and name."""
        return [(each, self._decision(each)) for _, each in sorted(self._defined.items())]

    def find(self, tenant: str, name: str) -> Known | None:
        """A tenant's own experiment."""
        found = self._defined.get((tenant, name))
        return None if found is None else (found, self._decision(found))

    def _serving(self, tenant: str) -> Iterator[Known]:
        """The own ones last, so that they replace those of the same name."""
        for owner in dict.fromkeys((DEFAULT_TENANT, tenant)):
            yield from ((each, self._decision(each)) for (whose, _), each in self._defined.items() if whose == owner)

    def _decision(self, definition: ExperimentDefined) -> ExperimentDecided | None:
        found = self._decided.get((definition.tenant, definition.name))
        return found if found is not None and found.version == definition.version else None


def experiment_key(definition: ExperimentDefined, tenant: str) -> str:
    """What an answer to a question of `tenant` calls the experiment: no name has a slash."""
    return definition.name if definition.tenant == tenant else f"{definition.tenant}/{definition.name}"


def check_definition(definition: ExperimentDefined) -> None:
    """Raises `ConfigurationError` for an arm that asks for what there is not, or for tenants who are not its own."""
    for arm in definition.arms:
        try:
            read_overrides(arm.overrides)
        except ConfigurationError as error:
            raise ConfigurationError(f"experiment {definition.name}, arm {arm.name}: {error}") from None
    if definition.tenant != DEFAULT_TENANT and set(definition.tenants) - {definition.tenant}:
        raise ConfigurationError(
            f"experiment {definition.name} is one of tenant {definition.tenant} and takes in its questions only; "
            f"one of tenant {DEFAULT_TENANT} may name others"
        )
