"""A question and the experiments that it is part of in, how it is answered out: settings, prompt, other ports."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Final

from pydantic import ConfigDict, Field, ValidationError

from agents.answering.options import AnsweringOptions
from agents.answering.ports import AnsweringPorts
from agents.ports import Assigned, Experimenter
from schemas.answers import Answer, Finding
from schemas.event import Identifier, Value
from schemas.experiments import Scalar
from schemas.failures import ConfigurationError
from schemas.passages import Fusion, Mode
from schemas.prompts import PRODUCTION
from schemas.questions import MAX_TOP_K, QuestionAsked

RULE: Final = "experiment-override"
"""Of the finding about an override that could not be followed."""
DEFAULT_PROMPT: Final = "answer"


class Overrides(Value):
    """What an arm can change; None leaves it as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    prompt: Identifier | None = None
    label: Identifier | None = None
    """Of the prompt; a version does as well."""
    generator: Identifier | None = None
    embedder: Identifier | None = None
    """What the question is embedded with; it is searched for in that embedder's own index."""
    policy: Identifier | None = None
    """A guardrail policy, which then applies in place of the default one."""
    mode: Mode | None = None
    fusion: Fusion | None = None
    alpha: Annotated[float, Field(ge=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=1, le=MAX_TOP_K)] | None = None
    per_document: Annotated[int, Field(ge=1, le=MAX_TOP_K)] | None = None
    min_similarity: Annotated[float, Field(ge=-1, le=1)] | None = None
    min_support: Annotated[float, Field(ge=-1, le=2)] | None = None


def read_overrides(given: Mapping[str, Scalar]) -> Overrides:
    """Raises `ConfigurationError` that names the override which does not exist or cannot have its value."""
    try:
        return Overrides.model_validate(dict(given))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            known = ", ".join(Overrides.model_fields)
            raise ConfigurationError(f"there is no override {name!r}; those are {known}") from None
        raise ConfigurationError(f"the override {name!r} cannot be used: {problem['msg']}") from None


@dataclass(frozen=True)
class Treatment:
    """How one question is answered, and what that is part of."""

    question: QuestionAsked
    ports: AnsweringPorts
    options: AnsweringOptions
    prompt: str = DEFAULT_PROMPT
    label: str = PRODUCTION
    assigned: tuple[Assigned, ...] = ()
    findings: tuple[Finding, ...] = ()

    def marked(self, answer: Answer) -> Answer:
        """The answer with what it was part of."""
        if not self.assigned:
            return answer
        return answer.model_copy(
            update={**assignment_of(self.assigned), "findings": (*answer.findings, *self.findings)}
        )


def assignment_of(assigned: tuple[Assigned, ...]) -> dict[str, dict[str, str]]:
    """`assignment` and `units` of an answer's event."""
    return {
        "assignment": {each.experiment: each.arm for each in assigned},
        "units": {each.experiment: each.unit for each in assigned},
    }


def assigned_to(experimenter: Experimenter | None, question: QuestionAsked) -> tuple[Assigned, ...]:
    """What a question is part of; nothing without an experimenter."""
    return () if experimenter is None else tuple(experimenter.assigned(question))


def treat(question: QuestionAsked, ports: AnsweringPorts, options: AnsweringOptions) -> Treatment:
    """Apply what the arms say. What cannot be followed is a finding, and the arm is served without it.

    The unit still counts for its arm: whom an arm fails must not drop out of the comparison. Of two experiments that
    change the same thing, the first by name does.
    """
    assigned = assigned_to(ports.experimenter, question)
    if not assigned:
        return Treatment(question, ports, options)
    merged: dict[str, Scalar] = {}
    findings: list[Finding] = []
    for each in assigned:
        twice = sorted(merged.keys() & each.overrides.keys())
        findings += [_unfollowed(each.experiment, f"another experiment sets {name} as well") for name in twice]
        merged = {**each.overrides, **merged}
    given = read_overrides(merged)
    changed, unknown = _ports(ports, given)
    findings += [_unfollowed("an experiment", each) for each in unknown]
    if given.top_k is not None:
        question = question.model_copy(update={"top_k": given.top_k})
    known = {each.name for each in fields(AnsweringOptions)}
    settings = {name: value for name, value in given if name in known and value is not None}
    return Treatment(
        question,
        changed,
        replace(options, **settings),
        given.prompt or DEFAULT_PROMPT,
        given.label or PRODUCTION,
        assigned,
        tuple(findings),
    )


def _ports(ports: AnsweringPorts, given: Overrides) -> tuple[AnsweringPorts, list[str]]:
    """The ports that the overrides ask for, and what of them there is not."""
    unknown = []
    if given.generator is not None:
        generator = ports.generators.get(given.generator)
        if generator is None:
            unknown.append(f"this worker has no generator {given.generator}")
        else:
            ports = replace(ports, generator=generator)
    if given.embedder is not None:
        space = ports.spaces.get(given.embedder)
        if space is None:
            unknown.append(f"this worker has no embedder {given.embedder}")
        else:
            ports = replace(ports, embedder=space.embedder, index=space.index)
    if given.policy is not None:
        guard = ports.guard_with(given.policy) if ports.guard_with else None
        if guard is None:
            unknown.append(f"there is no policy {given.policy}")
        else:
            ports = replace(ports, guard=guard)
    return ports, unknown


def _unfollowed(who: str, why: str) -> Finding:
    return Finding(rule=RULE, reason=f"What {who} asks for was not done: {why}.")
