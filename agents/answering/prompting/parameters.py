"""The parameters of a prompt and what was given for them in, one value for each out."""

from collections.abc import Mapping
from typing import Final

from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.grammar import DATA, SAFE
from schemas.prompts import PromptParameter, PromptPublished

Parameter = str | int | float | bool
MAX_CHARACTERS: Final = 8_192
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def settled(prompt: PromptPublished, given: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Every parameter's value, the given one before the default.

    Raises `PromptError` for one that the prompt has not, that has no value, or whose value is of another type.
    """
    known = {each.name: each for each in prompt.parameters}
    if unknown := sorted(set(given) - set(known)):
        has = f"it has {', '.join(known)}" if known else "it has none"
        raise PromptError(f"the prompt {prompt.name} has no parameter {unknown[0]}; {has}")
    return {name: _value(prompt.name, each, given.get(name, each.default)) for name, each in known.items()}


def check_parameters(prompt: PromptPublished) -> None:
    """Raises `PromptError` for a name that is taken or comes twice, or a default of another type."""
    seen: set[str] = set()
    for each in prompt.parameters:
        if each.name in DATA | SAFE | {"loop"} | seen:
            raise PromptError(f"the parameter {each.name} needs another name: that one is taken")
        seen.add(each.name)
        if each.default is not None:
            _value(prompt.name, each, each.default)


def _value(prompt: str, parameter: PromptParameter, value: Parameter | None) -> Parameter:
    if value is None:
        raise PromptError(f"the prompt {prompt} needs a value for its parameter {parameter.name}")
    wrong_kind = not isinstance(value, _KINDS[parameter.type])
    if wrong_kind or (isinstance(value, bool) and parameter.type != "boolean"):
        raise PromptError(f"the parameter {parameter.name} of the prompt {prompt} must be of type {parameter.type}")
    if isinstance(value, str) and len(value) > MAX_CHARACTERS:
        raise PromptError(f"the parameter {parameter.name} has more than {MAX_CHARACTERS:,} characters")
    return value
