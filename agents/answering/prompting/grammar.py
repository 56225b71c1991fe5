"""A template's source in, its errors out: what a prompt may say is a short list, so that filling it in is bounded.

Jinja2's sandbox keeps templates from Python's internals, not from `"x" * 10**9`, `10**10**10` or `|center(10**9)`; it
says so itself (https://jinja.palletsprojects.com/sandbox/). So a prompt shows its variables, asks about them, and walks
through passages and turns, with no loop inside another. It calls nothing, sets nothing, computes nothing, and no filter
reaches into data: that is shown whole, with its fence, or not at all. ADR 14 has what was tried.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from jinja2 import Environment, TemplateSyntaxError, nodes

from agents.answering.prompting.failures import PromptError

MAX_NODES: Final = 2_000
MAX_DEPTH: Final = 24

DATA: Final = frozenset(("question", "passages", "turns"))
"""Variables that hold other people's text."""
SAFE: Final = frozenset(("language", "no_answer"))
"""Variables of every template that hold our own."""
ATTRIBUTES: Final = {
    "passages": frozenset(("number",)),
    "turns": frozenset(("question", "answer")),
    "loop": frozenset(("index", "index0", "revindex", "first", "last", "length")),
}
FILTERS: Final = frozenset("upper lower trim capitalize title default d int round abs length count reverse".split())
COUNTING: Final = frozenset(("length", "count"))
TESTS: Final = frozenset("defined undefined none true false boolean integer float number string odd even".split())

_PARTS: Final = (nodes.Const, nodes.TemplateData)
_PLAIN: Final = (
    nodes.Output,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.If,
)
"""Parts that need no more than that everything inside them is allowed."""
_SPOKEN: Final = {
    nodes.Call: "a call",
    nodes.Assign: "{% set %}",
    nodes.AssignBlock: "{% set %}",
    nodes.Macro: "{% macro %}",
    nodes.CallBlock: "{% call %}",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.With: "{% with %}",
    nodes.Getitem: "an index in brackets",
    nodes.Concat: "~",
    nodes.BinExpr: "arithmetic",
}


def parse(environment: Environment, source: str) -> nodes.Template:
    """The tree of a template. Raises `PromptError` with the line for one that is none."""
    try:
        return environment.parse(source)
    except TemplateSyntaxError as error:
        raise PromptError(f"line {error.lineno}: {error.message}") from None
    except (RecursionError, ValueError, OverflowError):
        raise PromptError("the template is nested too deeply, or has a number that is too long") from None


def check_template(tree: nodes.Template, parameters: Iterable[str]) -> frozenset[str]:
    """The variables that a template uses. Raises `PromptError` for the first part that a prompt may not have."""
    check = _Check(frozenset(parameters))
    for node in tree.body:
        check.visit(node, _Scope())
    return frozenset(check.used)


@dataclass(frozen=True)
class _Scope:
    """Where a part stands."""

    depth: int = 0
    loop: tuple[str, str] | None = None
    """The loop's variable, and what it walks through."""

    def deeper(self) -> "_Scope":
        return _Scope(self.depth + 1, self.loop)

    def source_of(self, name: str) -> str | None:
        """What a loop's variable stands for: `passages`, `turns`, or `loop` itself; None for any other name."""
        if self.loop is None:
            return None
        return {"loop": "loop", self.loop[0]: self.loop[1]}.get(name)


@dataclass
class _Check:
    """One walk through a template."""

    parameters: frozenset[str]
    used: set[str] = field(default_factory=set)
    seen: int = 0

    def visit(self, node: nodes.Node, scope: _Scope) -> None:
        self.seen += 1
        if self.seen > MAX_NODES or scope.depth > MAX_DEPTH:
            raise PromptError(f"line {node.lineno}: the template is too large or nested too deeply")
        special: dict[type[nodes.Node], Callable[..., None]] = {
            nodes.For: self._loop,
            nodes.Name: self._name,
            nodes.Getattr: self._attribute,
            nodes.Filter: self._filter,
            nodes.Test: self._test,
            nodes.List: self._constants,
            nodes.Tuple: self._constants,
            nodes.Neg: self._constants,
        }
        if type(node) in special:
            special[type(node)](node, scope)
        elif isinstance(node, _PLAIN):
            for child in node.iter_child_nodes():
                self.visit(child, scope.deeper())
        elif not isinstance(node, _PARTS):
            kind = next((said for base, said in _SPOKEN.items() if isinstance(node, base)), type(node).__name__)
            raise PromptError(
                f"line {node.lineno}: {kind} is not available in a prompt; `docs/prompts.md` says what is"
            )

    def _loop(self, node: nodes.For, scope: _Scope) -> None:
        if node.recursive or node.test is not None or not isinstance(node.target, nodes.Name):
            raise PromptError(f"line {node.lineno}: a loop is {{% for name in passages %}}, without more")
        walked = node.iter
        if isinstance(walked, nodes.Filter) and walked.name == "reverse" and walked.node is not None:
            walked = walked.node
        if not isinstance(walked, nodes.Name) or walked.name not in {"passages", "turns"}:
            raise PromptError(f"line {node.lineno}: a loop walks through passages or turns")
        self._name(walked, scope)
        if scope.loop is not None:
            raise PromptError(f"line {node.lineno}: a loop inside another is not available in a prompt")
        name = node.target.name
        if name in DATA | SAFE | self.parameters | {"loop"}:
            raise PromptError(f"line {node.lineno}: {name} is taken already; name the loop's variable otherwise")
        inside = _Scope(scope.depth + 1, (name, walked.name))
        for child in node.body:
            self.visit(child, inside)
        for child in node.else_:
            self.visit(child, scope.deeper())

    def _name(self, node: nodes.Name, scope: _Scope) -> None:
        if scope.source_of(node.name):
            return
        if node.name not in DATA | SAFE | self.parameters:
            known = ", ".join(sorted(DATA | SAFE | self.parameters))
            raise PromptError(f"line {node.lineno}: there is no {node.name}; the prompt has {known}")
        self.used.add(node.name)

    def _attribute(self, node: nodes.Getattr, scope: _Scope) -> None:
        source = scope.source_of(node.node.name) if isinstance(node.node, nodes.Name) else None
        if source is None or node.attr not in ATTRIBUTES[source]:
            said = "; ".join(f"{name}: {', '.join(sorted(known))}" for name, known in ATTRIBUTES.items())
            raise PromptError(f"line {node.lineno}: .{node.attr} is not available; there are, inside a loop, {said}")

    def _filter(self, node: nodes.Filter, scope: _Scope) -> None:
        if node.name not in FILTERS or node.node is None:
            raise PromptError(f"line {node.lineno}: no filter {node.name}; there are {', '.join(sorted(FILTERS))}")
        arguments = [*node.args, *node.kwargs]
        if node.dyn_args or node.dyn_kwargs or (arguments and node.name not in {"default", "d"}):
            raise PromptError(f"line {node.lineno}: the filter {node.name} takes no argument in a prompt")
        if any(not isinstance(each, nodes.Const) for each in arguments):
            raise PromptError(f"line {node.lineno}: the default must be a plain value")
        names = {node.node.name} if isinstance(node.node, nodes.Name) else set()
        names |= {each.name for each in node.node.find_all(nodes.Name)}
        if node.name not in COUNTING and any(name in DATA or scope.source_of(name) for name in names):
            raise PromptError(
                f"line {node.lineno}: the filter {node.name} cannot be put on data, which is shown whole or not at all"
            )
        self.visit(node.node, scope.deeper())

    def _test(self, node: nodes.Test, scope: _Scope) -> None:
        if node.name not in TESTS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise PromptError(f"line {node.lineno}: no test {node.name}; there are {', '.join(sorted(TESTS))}")
        self.visit(node.node, scope.deeper())

    def _constants(self, node: nodes.Node, _: _Scope) -> None:
        if any(not isinstance(each, nodes.Const) for each in node.iter_child_nodes()):
            raise PromptError(f"line {node.lineno}: a list holds plain values only")
