"""A template's source and values in, a text out: in Jinja2's sandbox, and only if the grammar allows the source."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agents.answering.prompting import grammar
from agents.answering.prompting.failures import PromptError

MAX_FILLED: Final = 2_000_000
"""Characters of one message."""


@lru_cache(maxsize=256)
def compiled(source: str, parameters: frozenset[str]) -> tuple[Template, frozenset[str]]:
    """A template ready to be filled in, and the variables that it uses.

    `parameters` names those that the prompt has beside those of every prompt. Raises `PromptError` for a source that
    is no template, or that a prompt may not have.
    """
    environment = _environment()
    try:
        used = grammar.check_template(grammar.parse(environment, source), parameters)
        return environment.from_string(source), used
    except (RecursionError, SyntaxError, MemoryError):
        raise PromptError("the template is nested too deeply") from None


def fill(template: Template, values: Mapping[str, object]) -> str:
    """The text of a template with its variables filled in.

    Raises `PromptError` when a value does not fit what the template does with it, or when it becomes too long.
    """
    pieces: list[str] = []
    size = 0
    try:
        for piece in template.generate(values):
            size += len(piece)
            if size > MAX_FILLED:
                raise PromptError(f"filled in, a message has more than {MAX_FILLED:,} characters")
            pieces.append(piece)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise PromptError(f"the template cannot be filled in: {error}") from error
    return "".join(pieces)


def _environment() -> ImmutableSandboxedEnvironment:
    """Without loaders and globals, and with no filter or test that the grammar does not know."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # a message for a language model is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=None,
        cache_size=0,
    )
    environment.globals.clear()
    environment.filters = {name: each for name, each in environment.filters.items() if name in grammar.FILTERS}
    environment.tests = {name: each for name, each in environment.tests.items() if name in grammar.TESTS}
    return environment
