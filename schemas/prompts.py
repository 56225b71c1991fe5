"""Prompts as events: a version of a prompt is its content; a label says which version is used for what."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.event import Event, Identifier, Value, derive_id

Role = Literal["system", "user", "assistant"]
MAX_TEMPLATE_CHARACTERS = 32_768
PRODUCTION = "production"
"""The label that serves everybody who is in no experiment."""


class Message(Value):
    """One message of a chat with a language model."""

    role: Role
    content: str


class ChatSettings(Value):
    """How a language model is to write."""

    temperature: float = Field(default=0.0, ge=0, le=2)
    top_p: float = Field(default=1.0, gt=0, le=1)
    max_output_tokens: int = Field(default=512, ge=1, le=32_768)
    max_input_tokens: int = Field(default=3_000, ge=64, le=1_000_000)
    """Passages are dropped, the weakest first, until the messages fit."""
    seed: int | None = None
    stop: Annotated[tuple[str, ...], Field(max_length=4)] = ()


class PromptParameter(Value):
    """A variable of a template beside those that every template has."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    type: Literal["string", "integer", "number", "boolean"] = "string"
    default: str | int | float | bool | None = None
    """None makes it required."""
    about: str = ""


class PromptCase(Value):
    """A test of a prompt: what the rendered messages must hold, or must not."""

    name: Identifier
    question: str
    passages: tuple[str, ...] = ()
    parameters: dict[str, str | int | float | bool] = Field(default_factory=dict)
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


class PromptTemplate(Value):
    """One message of a prompt, in Jinja2's sandbox."""

    role: Role
    template: Annotated[str, Field(max_length=MAX_TEMPLATE_CHARACTERS)]


class PromptPublished(Event):
    """A version of a prompt exists. It serves nobody until a label points at it."""

    type: Literal["PromptPublished"] = "PromptPublished"
    name: Identifier
    messages: Annotated[tuple[PromptTemplate, ...], Field(min_length=1, max_length=16)]
    parameters: Annotated[tuple[PromptParameter, ...], Field(max_length=64)] = ()
    settings: ChatSettings = ChatSettings()
    cases: Annotated[tuple[PromptCase, ...], Field(max_length=100)] = ()
    about: str = ""

    @property
    def version(self) -> str:
        """Hash of the content: equal prompts have equal versions, whoever published them and when."""
        content = self.model_dump_json(include={"name", "messages", "parameters", "settings"}, exclude_defaults=True)
        return derive_id("prompt", content)[:8]

    @property
    def slot(self) -> str:
        """Key on the compacted topic: every version is kept."""
        return f"{self.tenant}/{self.name}@{self.version}"


class PromptLabelled(Event):
    """A label now points at a version; the latest says which."""

    type: Literal["PromptLabelled"] = "PromptLabelled"
    name: Identifier
    label: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    version: str
    """Version that it points at; empty takes the label away."""
    previous: str = ""
    """Version that it pointed at before, for a roll-back."""

    @property
    def slot(self) -> str:
        """Key on the compacted topic: the last place of every label is kept."""
        return f"{self.tenant}/{self.name}#{self.label}"
