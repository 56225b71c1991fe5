"""A prompt as people write it, in YAML, in; the event out, and back."""

from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.event import Identifier
from schemas.failures import ConfigurationError
from schemas.prompts import ChatSettings, PromptCase, PromptParameter, PromptPublished, PromptTemplate
from streams.codec import field_reasons
from streams.yaml_reader import read_yaml_file

NEVER_FOLDED: Final = 1_000_000
"""Columns; a template's line stays one line."""


class _Settings(ChatSettings):
    """An event ignores fields that it does not know; in a person's file such a field is a slip of the pen."""

    model_config = ConfigDict(extra="forbid")


class _Parameter(PromptParameter):
    model_config = ConfigDict(extra="forbid")


class _Case(PromptCase):
    model_config = ConfigDict(extra="forbid")


class _Template(PromptTemplate):
    model_config = ConfigDict(extra="forbid")


class _File(BaseModel):
    """What a file holds: a prompt without what makes it an event."""

    model_config = ConfigDict(extra="forbid")

    name: Identifier
    about: str = ""
    settings: _Settings = _Settings()
    parameters: Annotated[tuple[_Parameter, ...], Field(max_length=64)] = ()
    messages: Annotated[tuple[_Template, ...], Field(min_length=1, max_length=16)]
    cases: Annotated[tuple[_Case, ...], Field(max_length=100)] = ()


def read_prompt_file(path: Path) -> PromptPublished:
    """The prompt in a YAML file; whether it can serve is `check_prompt`'s to say. Raises `ConfigurationError`."""
    found = read_yaml_file(path)
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} holds no prompt: `name: …` and `messages: …` are wanted")
    try:
        return PromptPublished.model_validate(_File.model_validate(found).model_dump())
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {field_reasons(error)}") from None


def prompt_object(prompt: PromptPublished) -> dict[str, Any]:
    """A prompt as a file would hold it: what is not at its default."""
    fields = prompt.model_dump(mode="json", include=set(_File.model_fields), exclude_defaults=True)
    return {name: fields[name] for name in _File.model_fields if fields.get(name)}


def prompt_yaml(prompt: PromptPublished) -> str:
    """A prompt as a file that `read_prompt_file` reads; a text of several lines stands as it is."""
    return yaml.dump(
        prompt_object(prompt), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=NEVER_FOLDED, indent=2
    )


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that they can be read and compared."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
